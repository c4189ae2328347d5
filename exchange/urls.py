from django.urls import path

from exchange import views

app_name = "exchange"
urlpatterns = [path("calendar/<str:token>.ics", views.calendar_feed, name="calendar_feed")]
