"""The supervisor's lists that may leave."""

from insights import team
from patients.exports import LONGEST, Exported, Leaving, Sheet
from staff.roles import Permission


class TeamList(Exported):
    permission, asks = Permission.TEAM_REVIEW, ("program",)

    def __init__(self, one):
        self.list, self.key, self.title = one, f"team_{one.slug}", one.title
        self.page = f"insights:team_{one.slug}"

    def leaving(self, ask):
        program = team.chosen_program(list(team.programs_of(ask.user, ask.now)), ask.query)
        rows = self.list.narrowed(ask.user, ask.now, program)[: LONGEST + 1]
        lines = [(row, self.list.line(row, ask.now, ask.user.site.zone)) for row in rows]
        columns = ("Record number", "Patient", "What", "State", "Waiting for", "With", "Standard", "Due")
        cells = [
            (line.patient.record_number, line.patient.display_name, line.what, line.label, line.waiting, line.owner,
             line.standard, row.due_at)
            for row, line in lines
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, cells)], {line.patient.ref for _, line in lines})


class Overview(Exported):
    key, title, page = "team", "Team", "insights:team"
    permission = Permission.TEAM_REVIEW

    def leaving(self, ask):
        found = team.overview(ask.user, ask.now)
        now = [
            (why.patient.record_number, why.patient.display_name, why.words, why.owner, why.since)
            for why in found.safety
        ]
        talk = [
            (person.patient.record_number, person.patient.display_name, why.words, why.owner, why.since)
            for person in found.people
            for why in person.reasons
        ]
        columns = ("Record number", "Patient", "Why", "With", "Since")
        sheets = [
            Sheet("right-now", "Right now", columns, now),
            Sheet("people-to-talk-about", "People to talk about today", columns, talk),
        ]
        return Leaving(sheets, {each.patient.ref for each in (*found.people, *found.safety)})


LISTS = (Overview(), *map(TeamList, team.LISTS))
