"""Has a page ask, while somebody writes, whether there is another way to say it."""

from django import template
from django.urls import reverse

from staff.roles import Permission

register = template.Library()
BACKGROUND = '{"X-Background": "yes"}'  # the page asks by itself: no sign that somebody is there, and it leads nowhere


@register.simple_tag(takes_context=True)
def offer_hints(context, form):
    """Has the long boxes of `form` ask for hints; stands before they are drawn, and draws nothing itself."""
    user, patient = context["request"].user, context.get("patient")
    if not user.is_authenticated or not user.may(Permission.CARE_LOG):
        return ""
    address = reverse("patients:hints_about", args=[patient.ref]) if patient else reverse("patients:hints")
    for part in getattr(form, "forms", [form]):
        for name, field in part.fields.items():
            if getattr(part, "hinted", False) and getattr(field, "hinted", False):
                field.hints_in = f"hints_{part[name].auto_id}"
                field.widget.attrs |= {
                    "hx-post": address,
                    "hx-trigger": "input changed delay:1200ms",
                    "hx-target": f"#{field.hints_in}",
                    "hx-params": f"{part[name].html_name},hinted",
                    "hx-headers": BACKGROUND,
                }
    return ""
