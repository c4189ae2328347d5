"""What a page needs so that nothing typed into its form is lost."""

import uuid

from django import forms, template
from django.utils.html import format_html

from interactions.drafts import pass_of, signed_pass
from staff.forms import WordsField

register = template.Library()


@register.simple_tag(takes_context=True)
def keep_draft(context, form, action=""):
    """The hidden field by which `form` keeps its draft, or "" where there is nothing to keep: no words are asked for,
    or a password is, which is never kept. `action` is where the form is sent, below the page's own address.
    """
    request, parts = context["request"], getattr(form, "forms", [form])
    if not request.user.is_authenticated or not keeps(parts):
        return ""
    token = token_of(parts[0])
    if token is None:
        return ""
    sent = pass_of(request.POST.get("draft", "")) if request.method == "POST" else None
    earlier = sent.continues if sent and sent.token == token else getattr(request, "gone_on_with", "")
    letters = signed_pass(
        token=token,
        by=request.user,
        patient=context.get("patient"),
        path=f"{request.path}{action}/" if action else request.path,
        now=request.now,
        continues=earlier,
    )
    return format_html('<input type="hidden" name="draft" value="{}">', letters)


def keeps(parts):
    fields = [field for part in parts for field in part.fields.values()]
    secret = any(isinstance(field.widget, forms.PasswordInput) for field in fields)
    return not secret and any(isinstance(field, WordsField) for field in fields)


def token_of(form):
    try:
        return uuid.UUID(str(form["form_token"].value()))
    except (KeyError, ValueError):
        return None
