"""For the admin: what reminders came, what is coming, and a mail to see whether mails go out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interactions import mailing
from interactions.coming import Coming
from interactions.fired import Fired
from interactions.forms.reminders import GiveUpForm
from interactions.models import Mail
from interactions.reminder_pages import views
from interactions.views.pages import form_page
from staff.access import requires
from staff.access_log import seen
from staff.roles import Permission


@require_GET
@requires(Permission.MANAGE)
def fired(request):
    found = Fired(request.GET, request.user, request.now)
    lines, older_url = found.page()
    seen(request, {line.patient_ref for line in lines})
    return TemplateResponse(
        request,
        "interactions/reminders_fired.html",
        {
            "fired": found,
            "lines": lines,
            "older_url": older_url,
            "newest_url": found.address() if found.before else None,
            "views": views("interactions:reminders_fired"),
        },
    )


@require_GET
@requires(Permission.MANAGE)
def coming(request):
    found = Coming(request.GET, request.user, request.now)
    lines = found.lines()
    seen(request, {line.patient_ref for line in lines})
    return TemplateResponse(
        request,
        "interactions/reminders_coming.html",
        {"coming": found, "lines": lines, "chips": found.chips(), "views": views("interactions:reminders_coming")},
    )


@require_POST
@requires(Permission.MANAGE)
def test_mail(request):
    try:
        mailing.send_test(by=request.user, now=request.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "It goes out with the next look, within a minute. Open this page again then.")
    return redirect("interactions:reminder_health")


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def give_up(request, ref):
    mail = get_object_or_404(Mail.objects.with_recipients(), ref=ref)
    back = reverse("interactions:reminder_health")

    def save(because):
        mailing.give_up(mail=mail, because=because, by=request.user, now=request.now)
        messages.success(request, "Given up. What it was about still stands in the app.")
        return back

    return form_page(
        request,
        GiveUpForm(request.POST or None),
        save,
        template="staff/form.html",
        title="Give a mail up",
        page_title=f"Give up the mail to {mail.recipient.name}",
        lede="It is not tried again. What it was about still stands in the app, and later mails go out as always.",
        submit_label="Give it up",
        cancel_url=back,
    )
