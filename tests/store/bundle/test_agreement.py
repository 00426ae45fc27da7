"""A `case.json` that tells something else than the journal beside it is refused, however well it is signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.bundle import open as opening
from store.bundle.journal import read_journal, summary_of, write_journal
from store.bundle.looking import USUAL
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.verdicts import Damage, Signer
from store.entry import Header, SpaceKind, entry_id, read_payload, write_time
from store.model import StoredEntry
from tests.store.bundle.hostile import good_files, open_files, signed_anew
from tests.store.bundle.invented import BIRGIT, MALLORY, SPACE, entries, export
from tests.store.bundle.test_open import changed_case

Document = dict[str, Any]


def stored(journal: bytes) -> list[StoredEntry]:
    kept: list[StoredEntry] = []
    read_journal(journal, each=lambda entry, _header, _payload: kept.append(entry))
    return kept


def without(name: str, place: int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        del document[name][place]

    return change


def doubled(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document[name].append(document[name][0])

    return change


def changed(**changes: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        files = changed_case(**changes)({CASE_JSON: json.dumps(document).encode()})
        document.update(json.loads(files[CASE_JSON]))

    return change


def invented_note(document: Document) -> None:
    version = {**document["notes"][0]["versions"][0], "entry": "ab" * 32}
    document["notes"].append({"id": "ab" * 32, "versions": [version]})


def two_people_of_one_key(document: Document) -> None:
    document["notes"][1]["versions"][0]["author"] = "Somebody Else"


FACT = next(place for place, fact in enumerate(json.loads(good_files()[CASE_JSON])["facts"]) if fact["value"] is True)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (changed(case__title="A quarrel"), "case"),
        (changed(case__reference="26-AAAAA"), "case"),
        (changed(case__opened_at="2026-11-19T08:30:00Z"), "case"),
        (changed(case__level=1), "case.level"),
        (changed(case__level=None), "case.level"),
        (changed(case__closed_at="2026-11-20T09:00:00Z"), "case.closed_at"),
        (changed(notes__0__versions__0__text="nothing happened"), "notes[0].versions[0]"),
        (changed(notes__0__versions__1__reason=""), "notes[0].versions[1]"),
        (changed(notes__1__versions__0__at="2020-01-01T00:00:00Z"), "notes[1].versions[0]"),
        (changed(evidence__0__digest="sha256:" + "00" * 32), "evidence[0]"),
        (changed(evidence__0__holder="police"), "evidence[0]"),
        (changed(evidence__0__size=1), "evidence[0]"),
        (changed(people__0__name="Somebody Else"), "people[0]"),
        (changed(people__0__roles=["offender"]), "people[0]"),
        (changed(**{f"facts__{FACT}__value": False}), f"facts[{FACT}]"),
        (changed(**{f"facts__{FACT}__value": 1}), f"facts[{FACT}]"),
        (changed(**{f"facts__{FACT}__id": "never.said"}), f"facts[{FACT}]"),
        (without("notes", 1), "note"),
        (without("evidence", 0), "evidence"),
        (without("people", 0), "person"),
        (without("facts", FACT), "fact"),
        (without("history", 2), "history"),
        (changed(history__2__at="2020-01-01T00:00:00Z"), "history"),
        (changed(history__2__kind="case.closed"), "history"),
        (doubled("history"), "history"),
        (doubled("notes"), "notes[3].versions[0]"),
        (doubled("people"), "people[2]"),
        (invented_note, "notes[3].versions[0]"),
        (two_people_of_one_key, "entry 3"),
    ],
)
def test_what_the_document_tells_against_the_journal_is_refused(
    change: Callable[[Document], None], where: str, tmp_path: Path
) -> None:
    files = good_files()
    document = json.loads(files[CASE_JSON])
    change(document)
    opened = open_files(signed_anew({**files, CASE_JSON: json.dumps(document).encode()}), tmp_path)
    intact = opened.verdicts.intact
    assert opened.verdicts.signed_by.signer is Signer.KNOWN
    assert (intact.damage, intact.file) == (Damage.FILE_REFUSED, CASE_JSON)
    assert intact.detail.partition(":")[0].removesuffix(" ") == where
    assert opened.case is None


def test_the_document_of_that_table_is_accepted(tmp_path: Path) -> None:
    files = good_files()
    again = json.dumps(json.loads(files[CASE_JSON])).encode()
    assert open_files(signed_anew({**files, CASE_JSON: again}), tmp_path).verdicts.intact.holds


def test_a_journal_of_nothing_is_no_complete_case(tmp_path: Path) -> None:
    files = good_files()
    document = json.loads(files[CASE_JSON])
    for name in ("notes", "people", "evidence", "facts", "history"):
        document[name] = []
    document["case"]["level"] = None
    document["journal"] = summary_of(())
    opened = open_files(signed_anew({**files, JOURNAL: b"", CASE_JSON: json.dumps(document).encode()}), tmp_path)
    assert opened.verdicts.intact.damage is Damage.FILE_REFUSED
    assert not opened.verdicts.usable


def test_a_case_that_nothing_opens_is_none(tmp_path: Path) -> None:
    files = good_files()
    kept = entries(BIRGIT, [{"text": "a"}], kinds=["note.added"])
    document = json.loads(files[CASE_JSON])
    for name in ("people", "evidence", "facts"):
        document[name] = []
    at = write_time(Header.parse(kept[0].header).claimed_at)
    document["notes"] = document["notes"][1:2]
    document["notes"][0] = {"id": kept[0].id, "versions": [{**document["notes"][0]["versions"][0]}]}
    document["notes"][0]["versions"][0].update(entry=kept[0].id, text="a", at=at)
    document["history"] = [{**document["history"][1], "entry": kept[0].id, "at": at}]
    document["case"]["level"] = None
    document["journal"] = summary_of(kept)
    made = {**files, JOURNAL: write_journal(kept), CASE_JSON: json.dumps(document).encode()}
    opened = open_files(signed_anew(made), tmp_path)
    assert opened.verdicts.intact.damage is Damage.FILE_REFUSED
    assert not opened.verdicts.usable


def test_entries_stand_in_the_order_in_which_they_build_on_one_another(tmp_path: Path) -> None:
    files = good_files()
    lines = files[JOURNAL].splitlines(keepends=True)
    turned = b"".join([lines[0], lines[2], lines[1], *lines[3:]])
    opened = open_files(signed_anew({**files, JOURNAL: turned}), tmp_path)
    assert (opened.verdicts.intact.damage, opened.verdicts.intact.file) == (Damage.ENTRY, JOURNAL)


def test_leaving_an_entry_out_does_not_hide_what_another_says(tmp_path: Path) -> None:
    """The journal is then not complete, which is said; the notes that are in it must still be told as they are."""
    files = good_files()
    kept = stored(files[JOURNAL])
    document = json.loads(files[CASE_JSON])
    fewer = [entry for place, entry in enumerate(kept) if place != 2]
    document["journal"] = summary_of(fewer)
    made = {**files, JOURNAL: write_journal(fewer), CASE_JSON: json.dumps(document).encode()}
    opened = open_files(signed_anew(made), tmp_path)
    assert opened.verdicts.intact.holds
    assert not opened.verdicts.complete.holds
    document["notes"][0]["versions"][0]["text"] = "nothing happened"
    made[CASE_JSON] = json.dumps(document).encode()
    assert open_files(signed_anew(made), tmp_path).verdicts.intact.damage is Damage.FILE_REFUSED


def test_what_was_withheld_is_said_and_no_contradiction(tmp_path: Path) -> None:
    files = good_files()
    kept = stored(files[JOURNAL])
    held_back = [replace(kept[0], salt=None, payload=None), *kept[1:]]
    document = json.loads(files[CASE_JSON])
    document["case"]["title"] = "withheld"
    document["journal"] = summary_of(held_back)
    made = {**files, JOURNAL: write_journal(held_back), CASE_JSON: json.dumps(document).encode()}
    opened = open_files(signed_anew(made), tmp_path)
    assert opened.verdicts.intact.holds
    assert opened.verdicts.complete.withheld == 1


def side_by_side(base: list[StoredEntry], level: int) -> list[StoredEntry]:
    """A second author, who had seen the first entry only, chose another level."""
    from store import entry

    payload, salt = entry.write_payload({"level": level, "reason": "seen otherwise"}), bytes(32)
    header = Header(
        space_kind=SpaceKind.CASE,
        space=SPACE,
        device=MALLORY.public.hex(),
        sequence=1,
        previous=None,
        seen=(base[0].id,),
        kind="level.set",
        claimed_at=Header.parse(base[-1].header).claimed_at,
        commitment=entry.commit(salt, payload),
    )
    return [*base, entry.make(header, salt=salt, payload=payload, sign=MALLORY.private.sign)]


@pytest.mark.parametrize(("level", "agrees"), [(3, True), (1, True), (2, False)])
def test_of_two_authors_who_disagree_either_may_be_told(level: int, agrees: bool, tmp_path: Path) -> None:
    files = good_files()
    kept = side_by_side(stored(files[JOURNAL]), 1)
    header = Header.parse(kept[-1].header)
    document = json.loads(files[CASE_JSON])
    line = {**document["history"][0], "entry": entry_id(kept[-1].header), "kind": "level.set", "author": "Other"}
    document["history"].append({**line, "at": write_time(header.claimed_at)})
    document["case"]["level"] = level
    document["journal"] = summary_of(kept)
    made = {**files, JOURNAL: write_journal(kept), CASE_JSON: json.dumps(document).encode()}
    assert open_files(signed_anew(made), tmp_path).verdicts.intact.holds is agrees


def test_another_author_than_the_signer_it_names_is_refused(tmp_path: Path) -> None:
    change = changed_case(author__fingerprint=MALLORY.fingerprint)
    opened = open_files(signed_anew(change(good_files())), tmp_path)
    assert (opened.verdicts.intact.damage, opened.verdicts.intact.file) == (Damage.FILE_REFUSED, CASE_JSON)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("note.added", {"words": "no text"}),
        ("evidence.checked", {"matched": [1, "a", None], "changed": [], "missing": [], "new": 0, "unread": 0}),
        ("evidence.checked", {"matched": [["a"], 1], "changed": [{}], "missing": [], "new": 0, "unread": 0}),
        ("evidence.moved", {"evidence": ["a"], "event": 1}),
        ("fact.set", {"facts": {"level": {"value": {"date": [1]}}}}),
    ],
)
def test_entries_of_a_kind_it_knows_have_the_fields_of_it(kind: str, payload: Document, tmp_path: Path) -> None:
    files = good_files()
    case = export().entries
    said = [read_payload(entry.payload or b"") for entry in case] + [payload]
    kept = entries(BIRGIT, said, kinds=[Header.parse(entry.header).kind for entry in case] + [kind])
    document = json.loads(files[CASE_JSON])
    at = write_time(Header.parse(kept[-1].header).claimed_at)
    document["history"].append({**document["history"][1], "entry": kept[-1].id, "at": at})
    document["journal"] = summary_of(kept)
    made = {**files, JOURNAL: write_journal(kept), CASE_JSON: json.dumps(document).encode()}
    assert open_files(signed_anew(made), tmp_path).verdicts.intact.damage is Damage.FILE_REFUSED


def test_a_journal_of_countless_facts_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "USUAL", replace(USUAL, statements=12))
    refused = open_files(good_files(), tmp_path).verdicts.intact
    assert (refused.damage, refused.detail) == (Damage.NEEDS_LARGE, "more than 12 statements")
    monkeypatch.setattr(opening, "USUAL", replace(USUAL, statements=1000))
    assert open_files(good_files(), tmp_path).verdicts.intact.holds
