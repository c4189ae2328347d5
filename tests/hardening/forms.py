"""The forms of a page, read off its HTML as a browser reads them, and filled in as a person would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

VOID_TYPES = ("submit", "button", "image", "reset", "file")


@dataclass
class Field:
    name: str
    kind: str  # the type of an input; else "textarea" or "select"
    value: str = ""
    options: list = field(default_factory=list)
    checked: bool = False
    required: bool = False


@dataclass
class Form:
    page: str  # where it stands
    action: str  # where it is sent
    method: str
    fields: list = field(default_factory=list)

    @property
    def names(self):
        return tuple(dict.fromkeys(one.name for one in self.fields))


class Reader(HTMLParser):
    """Collects `forms` and `links`."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.page, self.forms, self.links = page, [], []
        self.form = self.area = self.select = self.option = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.page, given["href"]))
        elif tag == "form":
            action = urljoin(self.page, given.get("action") or self.page)
            self.form = Form(self.page, action, given.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag in ("input", "button") and given.get("name"):
            kind = given.get("type", "text" if tag == "input" else "submit")
            if kind in VOID_TYPES and not (kind == "submit" and given.get("value")):
                return
            self.add(Field(given["name"], kind, given.get("value", ""), checked="checked" in given), given)
        elif tag == "textarea" and given.get("name"):
            self.area = self.add(Field(given["name"], "textarea"), given)
        elif tag == "select" and given.get("name"):
            self.select = self.add(Field(given["name"], "select"), given)
        elif tag == "option" and self.select:
            self.select.options.append(given.get("value", ""))
            if "selected" in given:
                self.select.value = given.get("value", "")

    def add(self, one, given):
        one.required = "required" in given
        self.form.fields.append(one)
        return one

    def handle_data(self, text):
        if self.area is not None:
            self.area.value += text

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area is not None:
            self.area.value = self.area.value.removeprefix("\n")  # which a browser does not count
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.form = None


def read(page, html):
    """(forms, addresses of this site that are linked to) of the page at the address `page`."""
    reader = Reader(page)
    reader.feed(html)
    links = [link for link in reader.links if not urlsplit(link).netloc and link.startswith("/")]
    return reader.forms, [link.partition("#")[0] for link in links]


# What a person types, by the type of the field. Several ways, since not every form takes the same.
WAYS = (
    {"date": "2026-06-12", "datetime-local": "2026-06-11T10:00", "number": "2"},
    {"date": "2026-06-09", "datetime-local": "2026-06-10T09:00", "number": "30"},
    {"date": "2026-06-10", "datetime-local": "2026-06-10T10:00", "number": "1"},
)
ALWAYS = {
    "text": "As agreed", "textarea": "We talked about the week.", "search": "Dana", "email": "someone@example.org",
    "tel": "555 0100", "password": "correct horse battery", "time": "09:30", "url": "",
}  # fmt: skip


def typed(one, way):
    if one.kind == "time" and one.name.endswith("_1"):  # a second stretch of the day
        return ""
    if one.kind == "time" and one.name.startswith("until"):
        return "17:30"
    return (way | ALWAYS).get(one.kind, "")


def filled(form, way=WAYS[0], *, tick=False):
    """name -> values, as a person sends it: what stands there already stays, the rest is made up."""
    sent, asked = {}, set()
    for one in form.fields:
        values = sent.setdefault(one.name, [])
        if one.kind in ("checkbox", "radio"):
            first_radio = one.kind == "radio" and one.name not in asked and not any(
                other.checked for other in form.fields if other.name == one.name
            )  # fmt: skip
            if one.checked or first_radio or (tick and one.kind == "checkbox"):
                values.append(one.value or "on")
            asked.add(one.name)
        elif one.kind == "select":
            values.append(one.value or next((option for option in one.options if option), ""))
        elif one.kind == "submit":
            if one.name not in asked:
                values.append(one.value)
            asked.add(one.name)
        else:
            values.append(one.value or typed(one, way))
    return {name: values for name, values in sent.items() if values}
