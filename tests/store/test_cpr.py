"""CPR numbers are noticed at the one border that everything written passes, and asked about (CM-2b)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from guidance.errors import ExitCode
from guidance.language import speaking
from store import cpr
from store.bundle.seal import SealOrder, preview, seal
from store.bundle.seal import numbers_in as numbers_in_seal
from store.casework import Casework
from store.cpr import CprNoticed, Leaving, field_words, numbers_in
from store.doctor import check
from store.model import EvidenceDraft, Intake, PersonDraft, Purpose, Role
from tests.store.desk import DIGEST, a_case, set_up_desk

NUMBER = "010190-1234"
NOT_A_DAY = "320190-1234"
TODAY = date(2026, 11, 21)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    made = set_up_desk(tmp_path)
    yield made
    made.close()


def _note(desk: Casework, case: str, text: str) -> object:
    return desk.add_note(case, text)


def _correct(desk: Casework, case: str, text: str) -> object:
    with desk.allowing_cpr():
        note = desk.add_note(case, "Et notat")
    return desk.correct_note(case, note.id, text, "rettet")


def _correct_reason(desk: Casework, case: str, text: str) -> object:
    return desk.correct_note(case, desk.add_note(case, "Et notat").id, "Et andet", text)


def _person(desk: Casework, case: str, text: str) -> object:
    return desk.add_person(case, PersonDraft(name="B", roles=(Role.WITNESS,), about=text))


def _contact(desk: Casework, case: str, text: str) -> object:
    return desk.add_person(case, PersonDraft(name="B", roles=(Role.WITNESS,), contact=text))


def _evidence(desk: Casework, case: str, text: str) -> object:
    return desk.register_evidence(case, EvidenceDraft(digest=DIGEST, shows=text))


def _file_name(desk: Casework, case: str, text: str) -> object:
    return desk.register_evidence(case, EvidenceDraft(digest=DIGEST, name=f"{text}.png"))


def _level(desk: Casework, case: str, text: str) -> object:
    return desk.set_level(case, 3, text)


def _aside(desk: Casework, case: str, text: str) -> object:
    return desk.set_aside(case, desk.guide(case).next_steps[0].id, text)


def _fact(desk: Casework, case: str, text: str) -> object:
    return desk.set_facts(case, {"incident.what": text})


def _remark(desk: Casework, case: str, text: str) -> object:
    return desk.do_step(case, "ask-reaction", {"reaction.seen": "needs-help"}, text)


def _title(desk: Casework, _case: str, text: str) -> object:
    return desk.new_case(Intake(title=text, stand_in="Bo"))


def _happened(desk: Casework, _case: str, text: str) -> object:
    return desk.new_case(Intake(title="Ny", happened=text, stand_in="Bo"))


WAYS = [
    (_note, "note.added", "text"),
    (_correct, "note.corrected", "text"),
    (_correct_reason, "note.corrected", "reason"),
    (_person, "person.added", "about"),
    (_contact, "person.added", "contact"),
    (_evidence, "evidence.registered", "shows"),
    (_file_name, "evidence.registered", "name"),
    (_level, "level.set", "reason"),
    (_aside, "step.set-aside", "reason"),
    (_fact, "fact.set", "facts.incident.what"),
    (_remark, "step.done", "note"),
    (_title, "case.opened", "title"),
    (_happened, "note.added", "text"),
]


def _entries(desk: Casework) -> int:
    [(count,)] = desk._connection.execute("SELECT count(*) FROM entry").fetchall()
    return int(count)


@pytest.mark.parametrize(("write", "kind", "field"), WAYS, ids=lambda one: getattr(one, "__name__", str(one)))
def test_whatever_is_written_is_looked_at(
    desk: Casework, write: Callable[[Casework, str, str], object], kind: str, field: str
) -> None:
    case = a_case(desk).id
    with pytest.raises(CprNoticed) as caught:
        write(desk, case, f"Hun hedder Liv, {NUMBER}, og går i 8.b")
    assert [(one.kind, one.field) for one in caught.value.fields] == [(kind, field)]
    assert (caught.value.rule, caught.value.exit_code) == ("CM-2b", ExitCode.REFUSED)
    assert NUMBER not in str(caught.value.diagnostics())
    assert "010190-••••" in str(caught.value.diagnostics())
    write(desk, case, f"Det er {NOT_A_DAY}")
    with desk.allowing_cpr():
        write(desk, case, f"Hun hedder Liv, {NUMBER}, og går i 8.b")
    assert check(desk._vault).well


def test_what_is_refused_leaves_nothing_behind(desk: Casework) -> None:
    case = a_case(desk).id
    before = _entries(desk)
    with pytest.raises(CprNoticed):
        desk.new_case(Intake(title="Ny", happened=NUMBER, stand_in="Bo", people=()))
    with pytest.raises(CprNoticed):
        desk.add_note(case, NUMBER)
    assert _entries(desk) == before
    desk.add_note(case, "uden")
    assert check(desk._vault).well


def test_a_person_may_be_asked_and_say_yes(desk: Casework) -> None:
    case = a_case(desk).id
    asked: list[CprNoticed] = []

    def yes(noticed: CprNoticed) -> bool:
        asked.append(noticed)
        return True

    desk.cpr_answer = yes
    desk.add_note(case, NUMBER)
    assert len(asked) == 1
    desk.add_note(case, "uden")
    assert len(asked) == 1


def test_leave_to_write_one_ends_with_it(desk: Casework) -> None:
    case = a_case(desk).id
    with desk.allowing_cpr():
        desk.add_note(case, NUMBER)
    with pytest.raises(CprNoticed):
        desk.add_note(case, NUMBER)


def test_a_digest_and_the_bytes_of_a_path_are_no_text(desk: Casework) -> None:
    case = a_case(desk).id
    draft = EvidenceDraft(digest="sha256:" + "0101901234" * 6 + "0000", raw_name="0101901234")
    assert desk.register_evidence(case, draft).number == 1
    with pytest.raises(CprNoticed):
        desk.register_evidence(case, replace(draft, name="0101901234"))


def test_a_long_text_is_shown_only_round_the_number() -> None:
    text = "x" * 500 + f" {NUMBER} " + "y" * 500 + f" {NUMBER} " + "z" * 500
    [field] = numbers_in("note.added", {"text": text}, TODAY)
    assert len(field.shown) < 120
    assert field.shown.startswith("…")
    assert "010190-••••" in field.shown
    assert "1234" not in field.shown


def test_every_field_has_words_in_both_languages() -> None:
    for write, kind, field in WAYS:
        with speaking("da"):
            danish = field_words(kind, field)
        with speaking("en"):
            assert danish != field_words(kind, field), (write, field)


def _order(desk: Casework, folder: Path, purpose: Purpose = Purpose.POLICE, name: str = "a.segl.age") -> SealOrder:
    return SealOrder(purpose=purpose, out=folder / name, recipients=(desk.key_card().recipient,))


@pytest.mark.parametrize("purpose", [Purpose.FULL, Purpose.POLICE, Purpose.COLLEAGUE])
def test_sealing_is_asked_about_too(desk: Casework, tmp_path: Path, purpose: Purpose) -> None:
    case = a_case(desk).id
    with desk.allowing_cpr():
        note = desk.add_note(case, f"Liv, {NUMBER}")
    desk.correct_note(case, note.id, "Liv", "nummeret skal ikke stå der")
    export, order = desk.export_case(case), _order(desk, tmp_path, purpose)
    [field] = numbers_in_seal(export, order)
    assert (field.kind, field.field) == ("note.added", "text")
    assert field.on == export.exported_at.date()
    assert preview(export, order)
    with pytest.raises(CprNoticed) as caught:
        seal(export, order, desk.sign)
    assert NUMBER not in str(caught.value.diagnostics())
    assert caught.value.leaving is Leaving.SEALED
    assert list(tmp_path.glob("*.age")) == []
    sealed = seal(export, replace(order, allow_cpr=True), desk.sign)
    desk.record_seal(case, sealed)
    assert check(desk._vault).well


def test_numbers_only_and_a_case_without_are_sealed_unasked(desk: Casework, tmp_path: Path) -> None:
    case = a_case(desk).id
    seal(desk.export_case(case), _order(desk, tmp_path), desk.sign)
    with desk.allowing_cpr():
        desk.add_note(case, NUMBER)
    sealed = seal(desk.export_case(case), _order(desk, tmp_path, Purpose.STATISTICS, "b.segl.age"), desk.sign)
    assert sealed.size


def test_the_name_of_a_bundle_is_looked_at_before_it_is_made(desk: Casework, tmp_path: Path) -> None:
    case = a_case(desk).id
    with pytest.raises(CprNoticed) as caught:
        seal(desk.export_case(case), _order(desk, tmp_path, name=f"{NUMBER}.segl.age"), desk.sign)
    assert [one.field for one in caught.value.fields] == ["name"]


@pytest.mark.parametrize(
    ("leaving", "word"),
    [(None, "skrevet"), (Leaving.SEALED, "forsegl"), (Leaving.EXPORTED, "eksporter"), (Leaving.WRITTEN, "fil")],
)
def test_a_refusal_speaks_of_what_is_done(leaving: Leaving | None, word: str) -> None:
    [field] = numbers_in("note.added", {"text": NUMBER}, TODAY)
    with speaking("da"):
        said = CprNoticed((field,), leaving=leaving).diagnostics()
    assert word in said.happened
    others = {"forsegl", "eksporter"} - {word}
    assert not [other for other in others if other in f"{said.happened}{said.safe}{said.todo}"]


def test_control_without_the_border_the_number_is_written(desk: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_case(desk).id
    monkeypatch.setattr(cpr, "numbers_in", lambda *_args, **_more: ())
    assert NUMBER in desk.add_note(case, NUMBER).current.text
