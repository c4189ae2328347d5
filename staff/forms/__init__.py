from staff.forms.shared import (
    LONGEST_NOTE,
    DayField,
    MomentField,
    MomentInput,
    OnceForm,
    RecordField,
    SignInForm,
    Typed,
    TypedForm,
    WordsField,
    in_our_time,
    shown_when,
)

__all__ = [
    "LONGEST_NOTE",
    "DayField",
    "MomentField",
    "MomentInput",
    "OnceForm",
    "RecordField",
    "SignInForm",
    "Typed",
    "TypedForm",
    "WordsField",
    "in_our_time",
    "shown_when",
]
