"""The proof `outage`, in short: days without a pass, and a day without a mail server."""

from datetime import timedelta

import pytest

from tests.proofs import outage

pytestmark = pytest.mark.django_db


def test_after_three_days_without_a_pass_each_person_gets_one_mail():
    told = outage.after_an_outage(concerns=60, patients=6, staff=3)

    assert "0 missed, 0 twice; 4 people, 4 mails" in told


def test_a_mail_server_that_is_away_for_a_day_loses_nothing():
    told = outage.without_a_mail_server(concerns=6, patients=2, staff=2, every=timedelta(hours=2))

    assert "0 lost, 0 failed" in told
