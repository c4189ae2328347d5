"""The servers that tests start are real."""

import smtplib

import pytest
from django.core.mail import send_mail


def test_a_mail_arrives_by_smtp(post_office):
    send_mail("Two things are waiting", "See the site.", "daybook@localhost", ["mara@example.org"])

    [mail] = post_office.messages
    assert mail["Subject"] == "Two things are waiting"
    assert mail.get_content().strip() == "See the site."


def test_a_mail_server_can_say_later(post_office):
    post_office.refusal = "451 later"

    with pytest.raises(smtplib.SMTPDataError):
        send_mail("Two things are waiting", "See the site.", "daybook@localhost", ["mara@example.org"])

    assert post_office.messages == []
