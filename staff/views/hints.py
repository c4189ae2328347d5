from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from staff import services
from staff.access import requires
from staff.forms.hints import HintForm
from staff.hint_groups import GROUPS
from staff.models import Hint
from staff.once import attempt, posted
from staff.roles import Permission

FIELDS = ("words", "say", "only", "unless", "in_use")


@require_GET
@requires(Permission.MANAGE)
def hint_list(request):
    return TemplateResponse(request, "staff/hint_list.html", {"hints": Hint.objects.all()})


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def hint_new(request):
    form = HintForm(posted(request))
    done = attempt(
        request,
        form,
        lambda: services.add_hint(by=request.user, **form.answers()) and reverse("staff:hints"),
        said="Added. It counts from now on.",
    )
    return done or page(request, form, title="Add words", submit_label="Add")


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def hint(request, ref):
    found = get_object_or_404(Hint, ref=ref)
    known = {name: getattr(found, name) for name in FIELDS}
    form = HintForm(posted(request), initial=known).changing(found, *known)

    def save():
        services.change(row=found, action="hint.update", by=request.user, **form.answers())
        return reverse("staff:hints")

    done = attempt(request, form, save, said="Saved. It counts from now on.")
    return done or page(request, form, title="Change words")


def page(request, form, **context):
    groups = [(name, ", ".join(sorted(words))) for name, words in GROUPS.items()]
    context |= {"form": form, "groups": groups, "page_title": "Words", "cancel_url": reverse("staff:hints")}
    return TemplateResponse(request, "staff/hint_form.html", context, status=form.status)
