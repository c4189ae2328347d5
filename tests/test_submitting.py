"""The proof `submit`, in short: forms sent many times at once, and edits that conflict."""

from urllib.parse import urlsplit

from tests.proofs import submit


def test_many_posts_make_one_row_and_conflicting_edits_are_told(transactional_db, live_server):
    figures = submit.drill(urlsplit(live_server.url).port, forms=2, posts=8, edits=8)

    assert "2 forms × 8 posts at once: 2 rows" in figures
    assert "1 saved, 7 × 409" in figures
