"""The loader refuses what is wrong and says where. Each bad file is a small good one with one thing changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.faults import PlaybookError, problem_words
from guidance.language import speaking
from guidance.loader import FOLDER, INDEX, by_digest, for_kind, load_playbook, newer, shipped, shipped_one
from guidance.model import CASE_KINDS, Playbook
from guidance.reader import MAX_BYTES

GOOD = """\
schema = 1
id = "small"
version = 1
reviewed = 2026-11-21
kinds = ["school"]
title = { da = "Lille", en = "Small" }
source = { document = "Et papir", credit = { da = "Tak", en = "Thanks" } }

[[phases]]
id = "only"
order = 1
title = { da = "Eneste", en = "Only" }

[[facts]]
id = "thing.done"
type = "yes-no"
label = { da = "Gjort?", en = "Done?" }

[[facts]]
id = "thing.sort"
type = "choice"
label = { da = "Hvilken?", en = "Which?" }
choices = [{ id = "a", label = { da = "a", en = "a" } }, { id = "b", label = { da = "b", en = "b" } }]

[[steps]]
id = "first"
phase = "only"
kind = "do"
strength = "must"
heading = "Side 1"
title = { da = "Først", en = "First" }
why = { da = "Derfor", en = "Because" }
how = { da = "Sådan", en = "Thus" }
sets = ["thing.done", "thing.sort"]

[[steps]]
id = "second"
phase = "only"
kind = "do"
strength = "may"
heading = "Side 2"
title = { da = "Så", en = "Then" }
why = { da = "Derfor", en = "Because" }
how = { da = "Sådan", en = "Thus" }
needs = ["thing.done"]
due = { within = "P1D", from = "thing.done" }
"""

# (what to change, into what, the place, the problem)
BAD = [
    ("schema = 1", "schema = 2", "schema", "wrong-schema"),
    ("schema = 1", "schema = true", "schema", "wrong-type"),
    ("schema = 1\n", "", "schema", "missing"),
    ('id = "small"', 'id = "Small One"', "id", "bad-id"),
    ("version = 1", "version = 1\ncolour = 2", "", "unknown-key"),
    ("reviewed = 2026-11-21", 'reviewed = "2026-11-21"', "reviewed", "wrong-type"),
    ("reviewed = 2026-11-21", "reviewed = 2026-11-21T10:00:00Z", "reviewed", "bad-date"),
    ('kinds = ["school"]', 'kinds = ["school", "army"]', "kinds[1]", "not-allowed"),
    ('{ da = "Lille", en = "Small" }', '{ da = "Lille" }', "title.en", "missing"),
    ('{ da = "Lille", en = "Small" }', '{ da = "Lille", en = " " }', "title.en", "blank"),
    ('{ da = "Lille", en = "Small" }', '{ da = "Lille", en = "Sm\\u202eall" }', "title.en", "control"),
    ('{ da = "Lille", en = "Small" }', '{ da = "Lille", en = "Small", de = "Klein" }', "title", "unknown-key"),
    ('{ da = "Lille", en = "Small" }', '"Small"', "title", "wrong-type"),
    ('why = { da = "Derfor", en = "Because" }\nhow', "how", "steps[0].why", "missing"),
    ('id = "thing.done"', 'id = "thing.sort"', "facts[1].id", "duplicate"),
    ('id = "thing.done"', 'id = "level"', "facts[0].id", "duplicate"),
    ('type = "yes-no"', 'type = "maybe"', "facts[0].type", "not-allowed"),
    ('type = "yes-no"', 'type = "choice"', "facts[0].choices", "no-choices"),
    ('type = "yes-no"', 'type = "yes-no"\nnames = "who"', "facts[0].names", "names-no-text"),
    ('{ id = "b", label', '{ id = "a", label', "facts[1].choices[1].id", "duplicate"),
    ('type = "yes-no"', 'type = "yes-no"\nwhen = ["thing.dnoe"]', "facts[0].when[0]", "unknown-fact"),
    ('id = "second"', 'id = "first"', "steps[1]", "duplicate"),
    ('phase = "only"\nkind', 'phase = "late"\nkind', "steps[0].phase", "unknown-phase"),
    ('kind = "do"', 'kind = "sing"', "steps[0].kind", "not-allowed"),
    ('strength = "must"', 'strength = "very"', "steps[0].strength", "not-allowed"),
    ('strength = "must"', 'strength = "must"\nstrength_at = { 7 = "may" }', "steps[0].strength_at", "unknown-key"),
    (
        'strength = "must"',
        'strength = "must"\napplies = { levels = [6] }',
        "steps[0].applies.levels[0]",
        "unknown-level",
    ),
    ('strength = "must"', 'strength = "must"\napplies = { level = [3] }', "steps[0].applies", "unknown-key"),
    ('["thing.done", "thing.sort"]', '["thing.done", "thing.sort", "x"]', "steps[0].sets[2]", "unknown-fact"),
    ('["thing.done", "thing.sort"]', '["thing.done"]', "facts[1]", "nobody-sets"),
    ('needs = ["thing.done"]', 'needs = ["thing.dnoe"]', "steps[1].needs[0]", "unknown-fact"),
    ('needs = ["thing.done"]', "needs = [3]", "steps[1].needs[0]", "wrong-type"),
    ('needs = ["thing.done"]', 'needs = "thing.done"', "steps[1].needs", "wrong-type"),
    (
        'needs = ["thing.done"]',
        'needs = [{ fact = "thing.sort", is = ["c"] }]',
        "steps[1].needs[0].is[0]",
        "bad-answer",
    ),
    (
        'needs = ["thing.done"]',
        'needs = [{ fact = "thing.sort", is = ["a"], not = ["b"] }]',
        "steps[1].needs[0]",
        "two-tests",
    ),
    ('needs = ["thing.done"]', 'needs = [{ fact = "thing.sort", is = [] }]', "steps[1].needs[0].is", "blank"),
    (
        'needs = ["thing.done"]',
        'needs = [{ fact = "thing.sort", because = 1 }]',
        "steps[1].needs[0].because",
        "wrong-type",
    ),
    ('needs = ["thing.done"]', 'needs = ["thing.done"]\nsets = ["thing.done"]', "steps[1].sets[0]", "set-twice"),
    ('needs = ["thing.done"]', 'after = ["third"]', "steps[1].after[0]", "unknown-step"),
    ('needs = ["thing.done"]', 'says = ["plan:nobody"]', "steps[1].says[0]", "unknown-plan"),
    ('needs = ["thing.done"]', 'says = ["phone"]', "steps[1].says[0]", "bad-id"),
    ('needs = ["thing.done"]', 'covers = ["HM-1a", "HM-1a"]', "steps[1].covers[1]", "duplicate"),
    ('needs = ["thing.done"]', "may_pass = 1", "steps[1].may_pass", "wrong-type"),
    ('within = "P1D"', 'within = "one day"', "steps[1].due.within", "bad-duration"),
    ('from = "thing.done"', 'from = "thing.began"', "steps[1].due.from", "unknown-fact"),
    ('needs = ["thing.done"]', 'recurs = "weekly"', "steps[1].recurs", "bad-duration"),
    ('needs = ["thing.done"]', 'recurs = "P0D"', "steps[1].recurs", "duration-too-short"),
    ('needs = ["thing.done"]', 'recurs = "PT23H"', "steps[1].recurs", "duration-too-short"),
    ('within = "P1D"', 'within = "P999M"', "steps[1].due.within", "duration-too-long"),
    ('heading = "Side 1"', 'heading = "Side 1"\nneeds = ["thing.done"]', "steps", "cycle"),
    ('heading = "Side 1"', 'heading = "Side 1"\nafter = ["second"]', "steps", "cycle"),
]


@pytest.mark.parametrize(("old", "new", "place", "problem"), BAD, ids=[f"{row[2]}-{row[3]}" for row in BAD])
def test_a_bad_file_is_refused_with_its_place(old: str, new: str, place: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(PlaybookError) as caught:
        load_playbook(GOOD.replace(old, new, 1).encode(), "small.toml")
    assert (caught.value.place, caught.value.problem) == (place, problem)
    for language in ("da", "en"):
        with speaking(language):
            said = caught.value.diagnostics()
            assert said.happened.startswith(": ".join(filter(None, ("small.toml", place))))
            assert "{" not in said.happened


def test_the_small_file_is_good_as_it_stands() -> None:
    playbook = load_playbook(GOOD.encode(), "small.toml")
    assert [step.id for step in playbook.steps] == ["first", "second"]
    assert playbook.raw == GOOD.encode()


def test_a_slip_in_a_fact_is_named_in_one_line() -> None:
    with pytest.raises(PlaybookError) as caught, speaking("en"):
        load_playbook(GOOD.replace('needs = ["thing.done"]', 'needs = ["thing.dnoe"]').encode(), "small.toml")
    with speaking("en"):
        assert str(caught.value) == "small.toml: steps[1].needs[0]: unknown fact 'thing.dnoe'"
    with speaking("da"):
        assert str(caught.value) == "small.toml: steps[1].needs[0]: ukendt oplysning 'thing.dnoe'"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"\xff\xfe", "not-utf8"),
        (b"schema = ", "not-toml"),
        (b"schema = 1\nschema = 1\n", "not-toml"),
        (b"a = " + b"[\n" * 5000 + b"]" * 900, "not-toml"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "long-line"),
        (b"[" + b"a." * 400 + b"a]", "long-line"),
        (b"version = " + b"9\n" * 3, "not-toml"),
        (b"# " + b"x" * MAX_BYTES, "too-big"),
    ],
)
def test_bytes_that_are_no_such_file_are_refused_whole(raw: bytes, problem: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        load_playbook(raw, "x.toml")
    assert (caught.value.place, caught.value.problem) == ("", problem)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_file_with_a_line_missing_or_doubled_is_read_or_refused_but_never_crashes(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    changed = data.draw(
        st.sampled_from([lines[:index] + lines[index + 1 :], lines[:index] + lines[index:] + lines[index:]])
    )
    try:
        load_playbook("\n".join(changed).encode(), "small.toml")
    except PlaybookError as error:
        assert problem_words(error.problem)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_file_loads(path: Path) -> None:
    playbook = load_playbook(path.read_bytes(), path.name)
    assert playbook.id == path.stem
    assert playbook in shipped()


def test_the_same_bytes_make_the_same_playbook_and_other_bytes_another_digest() -> None:
    one = shipped()[0]
    assert load_playbook(one.raw, "pinned") == one
    assert load_playbook(one.raw + b"\n# changed\n", "pinned").digest != one.digest


def test_the_index_says_what_the_files_say() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == INDEX.keys()
    for playbook in shipped():
        assert INDEX[playbook.id] == (playbook.kinds, playbook.joins)


@pytest.mark.parametrize("kind", CASE_KINDS)
def test_images_bring_the_model_and_the_card_into_every_kind_of_case(kind: str) -> None:
    with_images = {book.id for book in for_kind(kind, {"images.shared": True})}
    without = {book.id for book in for_kind(kind, {"images.shared": False})}
    assert with_images == without | {"action-card", "handling-model"}
    assert without == {book.id for book in for_kind(kind)}


def test_only_the_playbooks_of_a_case_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reading(raw: bytes, name: str) -> Playbook:
        read.append(name)
        return load_playbook(raw, name)

    shipped_one.cache_clear()
    monkeypatch.setattr("guidance.loader.load_playbook", reading)
    for_kind("school")
    assert read == ["action-card.toml", "handling-model.toml"]
    shipped_one.cache_clear()


def test_an_offices_own_playbook_takes_the_place_of_the_shipped_one_and_new_ones_join() -> None:
    raw = shipped_one("action-card").raw.replace(b"version = 1\n", b"version = 2\n", 1)
    changed = load_playbook(raw, "action-card.toml")
    new = load_playbook(GOOD.encode(), "small.toml")
    assert for_kind("school", own=[changed, new]) == (changed, shipped_one("handling-model"), new)
    assert changed not in for_kind("workplace", own=[changed, new])


def test_the_bytes_a_case_is_pinned_to_are_read_again_only_if_they_do_not_ship() -> None:
    one = shipped_one("action-card")
    assert by_digest(one.digest, one.raw) is one
    other = one.raw + b"\n# own\n"
    assert by_digest("sha256:x", other).raw == other


@pytest.mark.parametrize("kind", CASE_KINDS)
def test_every_kind_of_case_has_playbooks(kind: str) -> None:
    assert for_kind(kind)
    assert all(kind in playbook.kinds for playbook in for_kind(kind))


def test_a_case_under_an_older_version_is_told_of_the_newer() -> None:
    now = shipped()[0]
    older = load_playbook(now.raw.replace(f"version = {now.version}".encode(), b"version = 0", 1), "pinned")
    assert newer(older) == now
    assert newer(now) is None
