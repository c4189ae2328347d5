from django.urls import path

from insights import team
from insights.views import boundaries
from insights.views import team as views

app_name = "insights"
urlpatterns = [
    path("team/", views.overview, name="team"),
    path("team/boundaries/", boundaries.boundaries, name="team_boundaries"),
    *(path(f"team/{one.slug}/", views.team_list, {"slug": one.slug}, name=f"team_{one.slug}") for one in team.LISTS),
]
