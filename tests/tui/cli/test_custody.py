"""The custody chain and clearing on the command line, and what a bundle tells of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tui.cli.support import Segl

YES = 'device = "own"\nheld_by = "police"\nholder_name = "Bo"\nheld_where = "stationen"'


@pytest.fixture
def copy(segl: Segl, case: str, tmp_path: Path) -> Path:
    """A registered copy."""
    file = tmp_path / "kopi" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(b"en kopi")
    segl("evidence", "add", case, file)
    return file


def test_a_copy_is_cleared_and_the_chain_says_so(segl: Segl, case: str, copy: Path) -> None:
    done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES).json
    assert (done["cleared"], done["copy"]) == (True, 1)
    assert done["not_promised"]
    assert done["look_also"]
    assert list(copy.parent.iterdir()) == []
    chain = segl("evidence", "custody", case, "E1", "--json").json["custody"]
    assert [one["event"] for one in chain] == ["clearing", "cleared"]
    assert "Bo" in chain[0]["how"]
    again = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES, code=1).json
    assert again["error"]["code"] == "not-cleared"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (YES.replace("own", "victim"), 5),
        (YES.replace("own", "other"), 5),
        (YES.replace("police", "in-doubt"), 5),
        (YES.replace("police", "nobody"), 5),
        (YES.replace('"Bo"', '""'), 5),
        (YES.replace("own", "mine"), 2),
    ],
)
def test_what_may_not_be_cleared_stays(segl: Segl, case: str, copy: Path, answers: str, code: int) -> None:
    done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=answers, code=code).json
    if code == 5:
        assert done["error"]["rule"] == "secured-before-cleared"
    assert copy.read_bytes() == b"en kopi"
    assert segl("evidence", "custody", case, "E1", "--json").json["custody"] == []


def test_another_file_a_link_and_a_second_name_stay(segl: Segl, case: str, copy: Path) -> None:
    other, link, second = copy.with_name("b"), copy.with_name("l"), copy.with_name("c")
    other.write_bytes(b"en andet")
    link.symlink_to(copy)
    for path in (other, link, copy.parent, copy.with_name("gone")):
        segl("evidence", "clear", case, "E1", path, "--facts", "-", stdin=YES, code=1)
    os.link(copy, second)
    segl("evidence", "clear", case, "E1", copy, "--facts", "-", stdin=YES, code=1)
    assert second.read_bytes() == copy.read_bytes() == b"en kopi"
    segl("evidence", "clear", case, "E1", copy, second, "--facts", "-", stdin=YES)
    assert sorted(one.name for one in copy.parent.iterdir()) == ["b", "l"]


def test_an_impossible_event_is_refused_with_words(segl: Segl, case: str, copy: Path) -> None:
    said = 'event = "returned"\nby = "Ane"\nto = "Bo"'
    done = segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--json", stdin=said, code=5).json
    assert done["error"]["rule"] == "custody"
    assert done["error"]["happened"]
    copy.exists()


def test_a_correction_is_shown_beside_what_it_corrects(segl: Segl, case: str, copy: Path) -> None:
    first = 'event = "found"\nby = "Ane"'
    entry = segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--json", stdin=first).json["custody"][0]
    mended = f'event = "found"\nby = "Ib"\ncorrects = "{entry["entry"]}"\nreason = "forkert"'
    done = segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--json", stdin=mended).json["custody"]
    assert [one["by"] for one in done] == ["Ane", "Ib"]
    assert done[0]["replaced_by"] == done[1]["entry"]
    shown = segl("evidence", "custody", case, "E1", "--lang", "da").out
    assert "rettet senere" in shown
    assert copy.exists()
