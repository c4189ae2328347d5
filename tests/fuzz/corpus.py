"""What has broken other programs: values for fields, queries, paths and headers. Bytes are sent as they are."""

import json

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import text

from tests.test_naughty_strings import OWN, STRINGS

LONG = 1024 * 1024 + 1
DAYS = ("9999-12-31", "0001-01-01", "0000-01-01", "2026-13-99", "2026-02-30", "1899-12-31", "2200-01-01",
        "2199-12-31", "1900-01-01", "-2026-01-01", "2026-1-1", "20260101", "2026-W01-1", "12/31/2026",
        "today", "2026-06-10")  # fmt: skip
MOMENTS = (
    *(f"{day}T00:00" for day in DAYS), "9999-12-31T23:59:59.999999", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00",
    "2026-03-08T02:30", "2026-11-01T01:30",  # skipped, and twice, in New York
    "2026-09-27T02:30", "2026-04-05T02:30",  # skipped, and twice, in Auckland
    "2026-06-10T24:00", "2026-06-10T10:00Z", "2026-06-10 10:00", "2026-06-10T10:00:00.1234567", "2026-06-10T10",
    "2199-12-31T23:59", "1900-01-01T00:00", "2026-06-10T10:00", "2026-06-12T10:00",
)  # fmt: skip
NUMBERS = ("0", "-1", "1.5", "1e400", "NaN", "Infinity", "-0", "9" * 5000, "9" * 30, str(2**63), str(-(2**63) - 1),
           str(2**31), "32768", "٣", "１２", "0x10", "1_000", " 7 ", "366", "1")  # fmt: skip
TIMES = ("24:00", "00:00", "23:59:59.999999", "25:61", "12:30pm", "-1:00", "09:30+02:00")
IDS = ("abc", "0" * 32, "00000000-0000-0000-0000-000000000000", "{" + "0" * 32 + "}", "urn:uuid:" + "0" * 32, "1",
       "٠" * 32,
       "00000000-0000-0000-0000-00000000000g", "None", "null", "all", "__all__")  # fmt: skip
RAW = (b"\x00", b"nul\x00inside", b"\xed\xa0\x80", b"ok \xed\xb0\x80 ok", b"\xff\xfe", b"\xc0\x80", b"\xf4\x90\x80\x80",
       b"\xe2\x80", b"\x80" * 50, "\ufeff\u202e\u2066x".encode(), "\ufffe\uffff".encode())  # fmt: skip
WORDS = (*OWN, "=1+1", "＝1+1", "a" * 300, "é" * 5000, "a\r\nBcc: x@example.org", "x@example.org\nBcc: y",
         "../../etc/passwd",
         "${7*7}", "#{7*7}", "\x1b[31m", "\x7f", "\u2028\u2029",
         "I" + "\u0307" * 200, "ß" * 80, "ﬃ" * 60, "İ" * 40)  # fmt: skip
LENGTHS = ("long", "👩🏽‍🚀")
KEYS = ("csrfmiddlewaretoken", "form_token", "__proto__", "a[b]", "a.b", "\x00", "id", "pk", "_method")
HEADERS = (
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/\x01"},
    {"HX-Request": "true", "HX-Current-URL": "http://[::1", "HX-Trigger": "\xff", "HX-Boosted": "true"},
    {"HX-Current-URL-URI-AutoEncoded": "true", "HX-Current-URL": "%ed%a0%80", "HX-Request": "true"},
    {"X-Forwarded-For": "\xff\xfe, 1.1.1.1", "Forwarded": "for=;;;=\""},
    {"X-Forwarded-For": "9" * 4000},
    {"Accept-Language": "xx-" + "y" * 600 + ";q=zz"},
    {"Accept-Language": "en;q=" + "9" * 5000},
    {"Accept": "text/;q=1/2, */*;;q=\"" + "x" * 2000},
    {"If-Modified-Since": "Thu, 32 Foo 99999 25:61:61 GMT", "If-None-Match": '"\xff"'},
    {"Range": "bytes=9-1,-0,0-" + "9" * 400},
    {"Referer": "http://[bad", "Origin": "null"},
    {"Cookie": "session=\x00\xff; csrf=" + "a" * 4000},
    {"Cookie": "session=\"" + "b" * 32 + "\"; messages=zz; csrf=;;;="},
    {"X-HTTP-Method-Override": "DELETE", "X-Requested-With": "XMLHttpRequest"},
    {"Authorization": "Basic \xff"},
)  # fmt: skip
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "GET", "POST", "BREW")
TYPES = ("text/plain", "application/json", "application/xml", "multipart/form-data", "multipart/form-data; boundary=",
         "multipart/form-data; boundary=" + "b" * 300, "multipart/form-data; boundary=\xff",
         "multipart/mixed; boundary=x",
         "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=nope",
         "application/x-www-form-urlencoded; charset=utf-7", "", ";;;", "application/octet-stream")  # fmt: skip
JSON = (
    b"{}",
    b"[]",
    b"null",
    b"NaN",
    b'"\\ud800"',
    b'{"a": "\\u0000"}',
    b"[" * 100_000,
    b'{"a":' * 5000,
    b"{",
    b"\xff",
)
# What a query or a path is asked for; names that the pages know are added by whoever uses it.
QUERY = ("\0", "zz", "-1", "", "9" * 5000, "2026-01-01T00:00:00_zz", "9999-12-31T23:59:59+00:00_" + "0" * 32,
         "0001-01-01T00:00:00+14:00_" + "f" * 32, "9-check_in-9", "2026-06-10T14:00:00+00:00-check_in-" + "0" * 32,
         "all", "%ff", "a" * 4000, "’; DROP")  # fmt: skip
PATHS = ("%00", "%ed%a0%80", "%ff", "..%2f..%2f", "%2e%2e/", "a" * 3000, "０", "٣", "%0d%0aX: y", ";x",
         "//evil.example", "%",
         "%u0000", "\\", "00000000-0000-0000-0000-000000000000", "urn:uuid:1", "'", "{{7*7}}",
         "%F0%9F%92%A9")  # fmt: skip


def texts(number, many):
    """`many` texts that Hypothesis makes up from this number, the shared naughty strings, and our own."""
    found = []

    @seed(number)
    @settings(max_examples=many, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(text(max_size=400))
    def collect(made):
        found.append(made)

    collect()
    shared = json.loads(STRINGS.read_text(encoding="utf-8")) if STRINGS.exists() else []
    return [*found, *shared, *WORDS]
