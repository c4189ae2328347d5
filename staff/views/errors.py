from django.http import HttpResponse
from django.template.loader import render_to_string


def bad_request(request, exception):
    """The page for a request that could not be read: without the request, since reading it again would fail again."""
    return HttpResponse(render_to_string("400.html"), status=400)
