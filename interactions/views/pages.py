"""The shapes that the pages of records share."""

from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse

from staff.once import save_once


def form_page(request, form, save, *, template="interactions/action_form.html", **context):
    """Shows `form`; sent and valid, saves it once with `save(**answers)`, which returns where to go."""
    if request.method == "POST" and form.is_valid():
        try:
            return save_once(request, form, lambda: save(**form.answers()))
        except ValidationError as refusal:
            form.refuse(refusal)
    return TemplateResponse(request, template, {"form": form, **context}, status=form.status)
