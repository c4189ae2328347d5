"""The replay of the signal rules over visits: a small folder made here, and the study where it is at hand."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from interactions.replay import LAST_DAY, longest_gap, read, replay

STUDY = Path(settings.BASE_DIR).parent / "shared" / "data" / "survival" / "ctn0027"
HEAD = {
    "randomization.csv": "who,treatment,which,when",
    "retention_derived.csv": "who,treatment,site_masked,days,left",
    "visit.csv": "who,visit,what,is_no_show,is_in_jail,is_in_hospital,is_illness,when",
}


def week(who, n, what="visit", noted="", day=None):
    flags = [str(int(noted == name)) if noted == name else "" for name in ("no_show", "jail", "hospital", "illness")]
    when = "" if what != "visit" else str(float(10 + (7 * n if day is None else day)))
    return ",".join((who, f"WK{n}", what, *flags, when))


@pytest.fixture
def folder(tmp_path):
    """Four people from their day 10 on: one stays, one leaves in week 5, one stays but for three weeks, and one leaves
    in week 5 after two no-shows.
    """
    stays = [week("1", n) for n in range(24)]
    leaves = [week("2", n) for n in range(5)] + [week("2", n, "no visit") for n in range(5, 24)]
    returns = [week("3", n) for n in range(24) if n not in (10, 11, 12)]
    noted = [week("4", n) for n in range(4)] + [week("4", n, "no visit", "no_show") for n in (4, 5)]
    barred = [week("5", n) if n % 2 else week("5", n, "no visit", "hospital") for n in range(24)]
    rows = {
        "randomization.csv": [f"{n},Methadone,1,10.0" for n in range(1, 6)],
        "retention_derived.csv": ["1,M,1,168,0", "2,M,1,30,1", "3,M,1,168,0", "4,M,1,23,1", "5,M,1,168,0"],
        "visit.csv": ["1,BASELINE,visit,,,,,0.0", *stays, *leaves, *returns, *noted, *barred],
    }
    for name, lines in rows.items():
        (tmp_path / name).write_text("\n".join([HEAD[name], *lines]) + "\n", encoding="utf-8")
    return tmp_path


def test_it_reads_days_from_the_first_day_of_treatment(folder):
    people = read(folder)

    assert [person.left for person in people] == [False, True, False, True, False]
    assert people[0].came[:3] == [0, 7, 14]  # what was before the first day is left out
    assert people[3].missed == [(28, "", True), (35, "", True)]
    assert people[4].missed[0] == (0, "illness", False)


def test_the_silence_rule_says_what_counting_days_says(folder):
    heard = replay(read(folder)).heard

    assert longest_gap() == (14, 21)
    for plain, rule in (("plain", "silent"), ("plain_longer", "silent_longer")):
        assert (heard[rule].right, heard[rule].wrong, heard[rule].unheard) == (
            heard[plain].right, heard[plain].wrong, heard[plain].unheard,
        ) == (2, 1, 0)  # fmt: skip
    assert heard["silent"].precision == pytest.approx(2 / 3) and heard["silent"].recall == 1


def test_missed_visits_speak_once_for_the_same_visits_and_barriers_never(folder):
    heard = replay(read(folder)).heard

    assert (heard["missing"].right, heard["missing"].wrong) == (2, 0)  # not the person in hospital each other week
    assert (heard["no_show"].right, heard["no_show"].wrong, heard["no_show"].alarms) == (1, 0, 1)
    assert heard["either"].wrong == 1 and heard["both"].right == 2


def test_the_command_prints_precision_and_recall_of_each_rule(folder, capsys):
    call_command("replay_signals", str(folder))

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"5 people, 2 left before the end; days 0 to {LAST_DAY}")
    assert "silent, past the longest gap (14 days): precision 0.667 recall 1.000" in said[3]
    assert all("a week for 25 people" in line for line in said[1:])


def test_a_folder_that_is_none_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("replay_signals", str(tmp_path))


def test_over_the_study_silence_is_at_least_as_good_as_counting_days():
    if not STUDY.exists():
        pytest.skip(f"{STUDY} is not here: the figures of docs/SIGNALS.md come from it")

    found = replay(read(STUDY))
    heard = found.heard

    assert (found.people, found.left) == (1269, 538)
    assert heard["plain"].precision >= 0.70 and heard["plain"].recall >= 0.98
    assert heard["plain_longer"].precision >= 0.89 and heard["plain_longer"].recall >= 0.95
    for plain, rule in (("plain", "silent"), ("plain_longer", "silent_longer")):
        assert heard[rule].precision >= heard[plain].precision and heard[rule].recall >= heard[plain].recall
