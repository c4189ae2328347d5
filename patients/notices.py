"""What 42 CFR §2.32 (as of 2024, 89 FR 12472) has to stand beside records that leave: either of two statements.

Older copies of the rule still print the wording of 2018 and 2020, which no longer holds. Counsel compares these with
the eCFR before a centre relies on them.
"""

from dataclasses import dataclass

from patients.consent_choices import GivenHow, NoticeVersion

TO_COMPARE = "[counsel to compare with eCFR]"


@dataclass(frozen=True)
class Notice:
    version: str
    text: str


FULL = Notice(
    "42 CFR 2.32(a)(1), 2024",
    "This record which has been disclosed to you is protected by Federal confidentiality rules (42 CFR part 2). These "
    "rules prohibit you from using or disclosing this record, or testimony that describes the information contained in "
    "this record, in any civil, criminal, administrative, or legislative proceedings by any Federal, State, or local "
    "authority, against the patient, unless authorized by the consent of the patient, except as provided at 42 CFR "
    "2.12(c)(5) or as authorized by a court in accordance with 42 CFR 2.64 or 2.65. In addition, the Federal rules "
    "prohibit you from making any other use or disclosure of this record unless at least one of the following applies: "
    "(i) Further use or disclosure is expressly permitted by the written consent of the individual whose information "
    "is being disclosed in this record or as otherwise permitted by 42 CFR part 2. (ii) You are a covered entity or "
    "business associate and have received the record for treatment, payment, or health care operations, or (iii) You "
    "have received the record from a covered entity or business associate as permitted by 45 CFR part 164, subparts A "
    "and E. A general authorization for the release of medical or other information is NOT sufficient to meet the "
    "required elements of written consent to further use or redisclose the record (see 42 CFR 2.31).",
)
SHORT = Notice(
    "42 CFR 2.32(a)(2), 2024",
    "42 CFR part 2 prohibits unauthorized use or disclosure of these records.",
)

# A changed wording is a further version, never a change above: each disclosure keeps the one that went with it.
NOTICES = {NoticeVersion.FULL_2024: FULL, NoticeVersion.SHORT_2024: SHORT}


def notice_for(how):
    """The version that goes along: the whole one with anything that can be read, the short one with what is spoken.

    Section 2.32(a) leaves the choice: the whole one tells the recipient more, the short one can be said aloud.
    """
    return NoticeVersion.SHORT_2024 if how == GivenHow.SPOKEN else NoticeVersion.FULL_2024
