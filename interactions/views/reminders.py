"""My reminders; and for the admin, the rules, and whether they are at work."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interactions import mailing
from interactions.forms.reminders import SnoozeForm
from interactions.models import Mail, Reminder
from interactions.reminder_pages import calls, health_page, my_reminders, notices_of, refs_on
from interactions.reminder_rules import BY_CODE, rule_of
from interactions.reminders import bring_back, snooze, switch_rule
from interactions.views.pages import form_page
from staff.access import requires
from staff.access_log import not_found, seen
from staff.models import Program
from staff.once import posted
from staff.roles import Permission


@require_GET
@requires(Permission.CARE_LOG)
def reminders(request):
    lines, aside = my_reminders(request.user, request.now)
    seen(request, {line.patient_ref for line in (*lines, *aside)})
    notices, fold = notices_of(lines)
    context = {"notices": notices[:fold], "more": notices[fold:], "aside": aside}
    context["calls"] = calls(request.user, request.now)
    return TemplateResponse(request, "interactions/reminders.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def reminder_snooze(request, ref):
    reminder = my_reminder(request, ref)
    rule, back = rule_of(reminder.rule), reverse("interactions:reminders")

    def save(until, because):
        snooze(reminder=reminder, until=until, because=because, by=request.user, now=request.now)
        return back

    return form_page(
        request,
        SnoozeForm(posted(request), user=request.user, now=request.now).changing(
            reminder, "snoozed_until_at", "snoozed_because"
        ),
        save,
        title="Put aside",
        page_title="Put a reminder aside",
        lede=f"{rule.says.format(name=reminder.patient.called)}. It stays owed, and is back in your list after that.",
        submit_label="Put aside",
        cancel_url=back,
    )


@require_POST
@requires(Permission.CARE_LOG)
def reminder_bring_back(request, ref):
    bring_back(reminder=my_reminder(request, ref), by=request.user, now=request.now)
    messages.success(request, "It is back in your list.")
    return redirect("interactions:reminders")


def my_reminder(request, ref):
    mine = Reminder.objects.standing().visible_to(request.user, request.now).with_patients()
    reminder = mine.with_ref(ref)
    if reminder is None:
        not_found(request, ref)
        raise Http404
    seen(request, [reminder.patient])
    return reminder


@require_GET
@requires(Permission.MANAGE)
def reminder_health(request):
    page = health_page(request.user, request.now, chosen=request.GET.get("program"))
    request.signs = page["signs"]  # so that the banner needs not ask again
    seen(request, refs_on(page))
    return TemplateResponse(request, "interactions/reminder_health.html", page)


@require_POST
@requires(Permission.MANAGE)
def reminder_switch(request, ref, rule, to):
    program = get_object_or_404(Program, ref=ref)
    if rule not in BY_CODE or to not in ("on", "off"):
        raise Http404
    try:
        switch_rule(program=program, rule=rule, on=to == "on", by=request.user, now=request.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{rule_of(rule).title}: {to} in {program.name}.")
    return redirect(reverse("interactions:reminder_health", query={"program": str(program.ref)}))


@require_POST
@requires(Permission.MANAGE)
def reminder_mail_again(request, ref):
    mail = get_object_or_404(Mail, ref=ref)
    try:
        mailing.try_again(mail=mail, by=request.user, now=request.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "It goes out with the next look, within a minute.")
    return redirect("interactions:reminder_health")
