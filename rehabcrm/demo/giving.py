"""Consents in a story, how they end, and what goes to others."""

import datetime

from patients import disclosing
from patients.models import Consent

DAY = datetime.timedelta(days=1)


class Giving:
    """The events of a story about what may leave and what left; part of `Player`."""

    def consent(self, event, by, now):
        signed_on = self.clock.site.local_date(now)
        what, purpose = event["words"]
        made = disclosing.record_consent(
            patient=self.patient,
            kind=event["kind"],
            discloser=self.patient.latest_episode.program.name,
            recipient_kind=event.get("to_kind", ""),
            recipient=event.get("to", ""),
            by_class=False,
            information=event["what"],
            information_words=what,
            purpose=event.get("purpose", ""),
            purpose_words=purpose,
            expires_on=signed_on + event["lasts"] * DAY if "lasts" in event else None,
            expires_event=event.get("until", ""),
            revoking_words="At any time, in writing or by telling any of us. What has gone cannot be called back.",
            redisclosure_told=True,
            refusal_told=True,
            signed_name=self.patient.legal_name,
            signed_as="patient",
            signed_on=signed_on,
            minor_rule="",
            parent_name="",
            paper=event["paper"],
            by=by,
            now=now,
        )
        self.made[event["id"]] = made.pk

    def take_back(self, event, by, now):
        consent = self.found(Consent, event)
        gone, told = event.get("gone", "Nothing."), event.get("told", "oral")
        disclosing.end_consent(
            consent=consent, how="revoked", told=told, words=event["words"], already_gone=gone, by=by, now=now
        )

    def give(self, event, by, now):
        """Under the consent `id` of the story, or in an emergency."""
        consent = self.found(Consent, event) if "id" in event else None
        disclosing.record_disclosure(
            patient=self.patient,
            basis="consent" if consent else "emergency",
            consent=consent,
            purpose=event.get("purpose", ""),
            basis_words=event.get("happened", ""),
            court_order="",
            recipient_kind=event["to_kind"],
            recipient=event["to"],
            affiliation=event.get("at", ""),
            purpose_words=event["for"],
            information=event["what"],
            given=event.get("given", ""),
            came_on=[self.clock.at(days, "12:00").date() for days in event.get("came", ())],
            missed_on=[self.clock.at(days, "12:00").date() for days in event.get("missed", ())],
            how=event["how"],
            given_by=by,
            given_at=now,
            by=by,
            now=now,
        )
