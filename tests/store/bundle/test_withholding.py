"""What a person withholds is in no form in any file of a bundle or beside it; the rest is, and the chain verifies."""

from __future__ import annotations

import base64
import html
import json
import re
import subprocess
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from guidance.custody import Device, Event, Move
from guidance.language import speaking
from guidance.model import FactType
from store.bundle.choice_errors import ChoiceNeeded, ChoiceNotHere, NameInFileName, NamesUnmarked, SpanUnknown
from store.bundle.choice_file import ChoiceMalformed, read_choice, write_choice
from store.bundle.contents import REPORT_PDF
from store.bundle.known_names import known_names, person_concerned
from store.bundle.labels import name_label
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.open import open_bundle
from store.bundle.seal import SealOrder, numbers_in, preview, preview_files, seal
from store.bundle.withholding import Span, Withholding, pieces_of, words_pattern
from store.cases.checking import RequestDraft
from store.casework import Casework
from store.cpr import CprNoticed
from store.model import EvidenceDraft, Intake, PersonDraft, Purpose, Role
from tests.store.bundle.invented import POLICE, POLICE_RECIPIENT
from tests.store.bundle.test_seal import members, opened_tar
from tests.store.desk import DIGEST, set_up_desk
from tests.tools import find, need

PARTS = (
    *("Zebulon", "Quistgaard", "zq_2010", "Xenia", "Wrangell", "88776655", "Yrsalill", "Blåbjerg"),
    *("Vibeke", "Gammelgaard", "Palle", "Raskdyr", "Kasimir", "Vagtmand", "Torben", "Isbrænder", "Ditlev", "Fjordmark"),
    *("Rosalil", "Havgus", "55443322"),
)
"""Names, and their parts, that stand in nothing but this case."""


def planted(desk: Casework) -> str:
    """A case with the others' names in every place that people write in; gives its id."""
    case = desk.new_case(
        Intake(
            title="Billede delt af Zebulon Quistgaard",
            happened="Liv fortæller: Zebulon Quistgaard (zq_2010) delte det. Yrsalill Blåbjerg så det.",
            stand_in="Xenia Wrangell",
            people=(
                PersonDraft(name="Liv Holm", roles=(Role.VICTIM, Role.PUPIL), contact="11223344"),
                PersonDraft(
                    name="Zebulon Quistgaard",
                    roles=(Role.OFFENDER,),
                    contact="tlf. 88776655",
                    about="søn af Xenia Wrangell",
                ),
                PersonDraft(name="Yrsalill Blåbjerg", roles=(Role.WITNESS,), about="ven af Zebulon"),
            ),
        )
    )
    offender = next(one for one in desk.case(case.id).people if one.name.startswith("Zebulon"))
    desk.change_person(case.id, offender.id, PersonDraft(name="Zebulon Q.", roles=(Role.OFFENDER,), about="nu flyttet"))
    note = desk.add_note(case.id, "Talt med Liv. ZEBULON QUISTGAARDS far ringede.")
    desk.correct_note(case.id, note.id, "Talt med Liv. Faren ringede.", "Yrsalill Blåbjerg rettede mig")
    desk.add_note(case.id, "Liv har det bedre.")
    name = "Zebulon Quistgaard blåt.jpg"
    desk.register_evidence(
        case.id,
        EvidenceDraft(
            digest=DIGEST,
            size=7,
            name=name,
            raw_name=name.encode().hex(),
            accounts=("zq_2010",),
            url="https://example.invalid/zq_2010",
            shows="Zebulon ses",
            holder_name="Xenia Wrangell",
            held_where="hos Yrsalill Blåbjerg",
            seen_by=("Yrsalill Blåbjerg",),
        ),
    )
    moves = (
        Move(event=Event.FOUND, by="Vibeke Gammelgaard", where="hos Torben Isbrænder"),
        Move(event=Event.HANDED, by="Vibeke Gammelgaard", to="Palle Raskdyr", on="i går"),
    )
    for move in moves:
        desk.record_custody(case.id, "E1", move)
    desk.locate_copy(case.id, "E1", 1, Device.OTHER)
    desk.withdraw_copy(case.id, "E1", 1, "Yrsalill Blåbjerg tog fejl")
    desk.set_facts(
        case.id,
        {
            "police.decision.by": "Kasimir Vagtmand, politiassistent, 55443322",
            "support.plan": "Ditlev Fjordmark taler med Liv hver dag. Hvis han er syg, så Rosalil Havgus.",
        },
    )
    desk.add_note(case.id, "Talte med Vagtmand og med Rosalil; Palle kom forbi, og Gammelgaards bror.")
    guide = desk.guide(case.id)
    aside = next(view for view in guide.steps if view.strength.value == "may" and view.actionable)
    desk.set_aside(case.id, aside.id, "Xenia Wrangell vil ikke")
    for view in guide.steps:
        texts = [spec for spec in view.facts if spec.type is FactType.TEXT]
        texts = [spec for spec in texts if not spec.id.startswith("level")]
        if texts and view.actionable and view.id != aside.id:
            desk.set_facts(case.id, {texts[0].id: "svar fra Xenia Wrangell"})
            break
    done = next(view for view in guide.steps if view.actionable and not view.facts and view.id != aside.id)
    desk.do_step(case.id, done.id, note="gjort med Yrsalill Blåbjerg")
    return case.id


def order_for(folder: Path, choice: Withholding | None, *, name: str = "sag.segl.age", **more: object) -> SealOrder:
    return SealOrder(
        purpose=Purpose.PERSON_CONCERNED,
        out=folder / name,
        recipients=(POLICE_RECIPIENT,),
        choice=choice,
        **more,  # type: ignore[arg-type]
    )


BY_CHANCE = 6
"""Bytes below which a form is not looked for in what is sealed or packed: shorter ones are there by chance."""


def forms(word: str, least: int = 4) -> list[bytes]:
    """The ways in which a word could stand in a file, those of fewer than `least` bytes left out."""
    found = []
    for text in {word, word.casefold(), word.upper()}:
        found += [text.encode("utf-8"), text.encode("utf-16-le"), text.encode("utf-16-be")]
        found += [json.dumps(text)[1:-1].encode(), html.escape(text).encode(), text.encode("utf-8").hex().encode()]
        found.append("".join(f"&#{ord(sign)};" for sign in text).encode())
        found.append(text.encode("ascii", "xmlcharrefreplace"))
        found += [form for form in in_base64(text.encode("utf-8")) if len(form) >= BY_CHANCE]
    return [form for form in found if len(form) >= least]


def in_base64(data: bytes) -> list[bytes]:
    """The signs that hold nothing but these bytes, whatever stands before and after them."""
    return [
        base64.b64encode(b"x" * shift + data)[-(-8 * shift // 6) : 8 * (shift + len(data)) // 6] for shift in range(3)
    ]


def leaks(files: dict[str, bytes], words: tuple[str, ...]) -> set[str]:
    found = set()
    for name, data in files.items():
        least = BY_CHANCE if name == REPORT_PDF or name.endswith(".age") else 4
        found |= {word for word in words if any(form in data for form in forms(word, least))}
    return found


def everything(sealed_in: Path, sealed_path: str) -> dict[str, bytes]:
    inside = members(opened_tar(Path(sealed_path)))
    if REPORT_PDF in inside and find("pdftotext") is not None:
        # Its text is packed: what a person can read in it, and what it says of itself.
        (sealed_in.parent / "report.pdf").write_bytes(inside[REPORT_PDF])
        for tool in (
            ("pdftotext", "report.pdf", "-"),
            ("pdfinfo", "-struct-text", "report.pdf"),
            ("pdfinfo", "report.pdf"),
        ):
            done = subprocess.run(tool, cwd=sealed_in.parent, capture_output=True, check=True)
            inside[f"report.pdf by {' '.join(tool[:-1])}"] = done.stdout
    beside = {path.name: path.read_bytes() for path in sealed_in.iterdir() if path.suffix != ".age"}
    names = {"names": "\n".join([*inside, *(path.name for path in sealed_in.iterdir())]).encode()}
    assert len(beside) == 2
    return {**inside, **beside, **names}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_a_marked_name_is_in_no_form_in_any_file(tmp_path: Path, out: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        case = planted(desk)
        export = desk.export_case(case)
        concerned = person_concerned(export)
        words = tuple(one.text for one in known_names(export, concerned))
        assert {*PARTS} <= {*words}
        assert not {"Liv", "Holm", "Liv Holm", "11223344"} & {*words}
        made = seal(export, order_for(out, Withholding(concerned=concerned, words=words)), desk.sign)
        found = everything(out, made.path)
        assert leaks(found, PARTS) == set()
        # What nobody marked is there.
        assert leaks(found, ("Liv har det bedre", "nu flyttet")) == {"Liv har det bedre", "nu flyttet"}
        opened = open_bundle(Path(made.path), [POLICE], trusted=desk.known_signers())
        complete = opened.verdicts.complete
        assert opened.verdicts.intact.holds, opened.verdicts.intact.words()
        assert not complete.holds
        assert complete.withheld == complete.on_purpose > 5
        assert str(complete.on_purpose) in complete.words()
        assert opened.case is not None
        assert any("[" in note.current.text for note in opened.case.notes)
    finally:
        desk.close()


def test_an_unmarked_name_is_found(tmp_path: Path, out: Path) -> None:
    """The control of the test above: the same search sees each name where one is left out of the choice."""
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        withheld = ("Zebulon", "Quistgaard", "Xenia", "Wrangell")
        made = seal(export, order_for(out, Withholding(words=withheld, names_stay=True)), desk.sign)
        found = everything(out, made.path)
        # The telephone number stands in nothing but the entry of somebody whose name is withheld.
        assert leaks(found, PARTS) == {*PARTS} - {*withheld, "88776655"}
        assert leaks({"x": "Blåbjerg".encode("utf-16-le")}, PARTS) == {"Blåbjerg"}
        assert leaks({"x": b"Bl&#229;bjerg"}, PARTS) == {"Blåbjerg"}
        assert leaks({"x": b"Bl\\u00e5bjerg"}, PARTS) == {"Blåbjerg"}
        # However it falls into groups of three bytes, in what is sealed too.
        for name, before, word, after in product(("x", "x.age"), range(3), PARTS, range(3)):
            written = base64.b64encode(b"?" * before + word.encode() + b"?" * after)
            assert leaks({name: written}, PARTS) == {word}
    finally:
        desk.close()


def test_the_search_sees_into_the_paper(tmp_path: Path, out: Path) -> None:
    """The control for the PDF alone: where names stay, its text has them, and its bytes do not show them."""
    need("pdftotext", "pdfinfo")
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        made = seal(export, order_for(out, Withholding(names_stay=True)), desk.sign)
        found = everything(out, made.path)
        shown = {name: data for name, data in found.items() if name.startswith("report.pdf by pdftotext")}
        assert leaks(shown, ("Zebulon", "zq_2010", "Xenia", "Yrsalill")) == {"Zebulon", "zq_2010", "Xenia", "Yrsalill"}
        assert leaks({REPORT_PDF: found[REPORT_PDF]}, ("Xenia", "Yrsalill")) == set()
    finally:
        desk.close()


def test_what_lies_beside_the_sealed_file_tells_nothing_of_the_case(tmp_path: Path, out: Path) -> None:
    """For every purpose that has a case in it: none of the planted words, nor the case's reference or title."""
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        summary = export.record.summary
        words = (*PARTS, "Liv", "Holm", "11223344", "Billede", summary.reference, summary.id, DIGEST[7:])
        for purpose in (Purpose.POLICE, Purpose.FULL, Purpose.COLLEAGUE):
            order = SealOrder(purpose=purpose, out=out / f"{purpose}.segl.age", recipients=(POLICE_RECIPIENT,))
            seal(export, order, desk.sign)
        beside = {path.name: path.read_bytes() for path in out.iterdir()}
        assert len(beside) == 9
        assert leaks({**beside, "names": "\n".join(beside).encode()}, words) == set()
        # The control: each of them would be seen in the midst of what is sealed, and what is inside has them all.
        sealed = beside["full.segl.age"]
        for word in words:
            seen = leaks({"full.segl.age": sealed[:99] + word.encode("utf-16-le") + sealed[99:]}, words)
            assert word in seen
        assert leaks(everything_inside(out / "full.segl.age"), ("Zebulon", summary.reference)) == {
            "Zebulon",
            summary.reference,
        }
    finally:
        desk.close()


def everything_inside(path: Path) -> dict[str, bytes]:
    return members(opened_tar(path))


def test_a_span_withholds_one_place_in_all_that_tells_of_it(tmp_path: Path, out: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        piece = next(one for one in pieces_of(export.entries, export.record.guide) if "har det bedre" in one.text)
        place = piece.places[0]
        start = piece.text.index("bedre")
        choice = Withholding(spans=(Span(place.entry, place.field, start, start + 5),), names_stay=True)
        files = preview_files(export, order_for(out, choice))
        assert leaks(files, ("bedre",)) == set()
        document = json.loads(files[CASE_JSON])
        assert document["withheld"] == {"entries": 1, "places": 1}
        assert document["journal"]["without_payload"] == 1
        assert any(note["versions"][-1]["text"] == "Liv har det [udeladt]." for note in document["notes"])
        lines = [json.loads(line) for line in files[JOURNAL].splitlines()]
        without = [line for line in lines if line["payload"] is None]
        assert len(without) == 1
        assert without[0]["salt"] is None
        assert without[0]["signature"]
        # The other one stays whole, with its payload.
        assert leaks(files, ("Zebulon",)) == {"Zebulon"}
    finally:
        desk.close()


def test_a_whole_entry(tmp_path: Path, out: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        entry = next(one.id for one in export.entries if b"evidence.registered" in one.header)
        files = preview_files(export, order_for(out, Withholding(entries=frozenset({entry}), names_stay=True)))
        assert leaks(files, ("zq_2010", "hos Yrsalill")) == {"zq_2010"}  # it stands in the first note too
        assert b"jpg" not in files["data/evidence.sha256"]
    finally:
        desk.close()


def test_the_preview_is_byte_for_byte_what_goes_in(tmp_path: Path, out: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        order = order_for(out, Withholding(words=PARTS, names_stay=True))
        shown = preview_files(export, order)
        listed = preview(export, order)
        inside = members(opened_tar(Path(seal(export, order, desk.sign).path)))
        assert {name: data for name, data in inside.items() if name != "signature.sshsig"} == {
            name: data for name, data in shown.items() if name != "signature.sshsig"
        }
        assert {one.name: one.size for one in listed} == {name: len(data) for name, data in inside.items()}
        assert [one.name for one in listed if not one.digest] == ["signature.sshsig"]
    finally:
        desk.close()


def test_refusals(tmp_path: Path, out: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        case = planted(desk)
        export = desk.export_case(case)
        with pytest.raises(ChoiceNeeded):
            seal(export, order_for(out, None), desk.sign)
        with pytest.raises(NamesUnmarked) as left:
            seal(export, order_for(out, Withholding(words=("Zebulon",))), desk.sign)
        assert "Quistgaard" in left.value.names
        assert "Zebulon" not in left.value.names
        with pytest.raises(NameInFileName):
            seal(export, order_for(out, Withholding(words=("Zebulon",)), name="zebulon_q.segl.age"), desk.sign)
        police = SealOrder(
            purpose=Purpose.POLICE, out=out / "a.segl.age", recipients=(POLICE_RECIPIENT,), choice=Withholding()
        )
        with pytest.raises(ChoiceNotHere):
            seal(export, police, desk.sign)
        first = export.entries[0].id
        for span in (Span("00" * 32, "text", 0, 1), Span(first, "nothing", 0, 1), Span(first, "title", 3, 999)):
            with pytest.raises(SpanUnknown):
                seal(export, order_for(out, Withholding(spans=(span,), names_stay=True)), desk.sign)
        assert list(out.iterdir()) == []
    finally:
        desk.close()


def test_a_number_that_is_withheld_is_not_asked_about(tmp_path: Path, out: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        case = planted(desk)
        with desk.allowing_cpr():
            desk.add_note(case, "Hans nummer er 010203-4561, og han er vred.")
        export = desk.export_case(case)
        with pytest.raises(CprNoticed):
            seal(export, order_for(out, Withholding(names_stay=True)), desk.sign)
        assert numbers_in(export, order_for(out, Withholding(words=("010203-4561",), names_stay=True))) == ()
    finally:
        desk.close()


def test_names_in_every_way_they_are_written() -> None:
    pattern = words_pattern(("Ida Holm", "Ida"))
    assert pattern is not None
    for text in ("Ida", "IDA", "Idas", "Ida's", "ida_2010", "ida.holm", "Ida  Holm", "Ida\nHolms", "(Ida)"):
        assert pattern.search(text), text
    for text in ("Idaho", "Frida", "Vidas"):
        assert not pattern.search(text), text
    å = words_pattern(("Blå",))
    assert å is not None
    assert å.search("Bla\u030a")
    assert words_pattern(()) is None


def test_a_choice_is_read_as_it_was_written() -> None:
    choice = Withholding(
        concerned="aa", words=("Ida",), entries=frozenset({"bb"}), spans=(Span("cc", "text", 0, 3),), names_stay=True
    )
    assert read_choice(write_choice(choice)) == choice
    toml = 'words = ["Ida"]\n[[spans]]\nentry = "cc"\nfield = "text"\nstart = 0\nend = 3\n'
    assert read_choice(toml).spans == choice.spans
    for bad in (
        "{",
        "words = 3",
        "spans = [1]",
        'who = "x"',
        '{"words": [""]}',
        "[]",
        'schema = "x"',
        "names_stay = 1",
    ):
        with pytest.raises(ChoiceMalformed):
            read_choice(bad)


def test_every_text_of_a_document_is_a_text_of_the_entries(tmp_path: Path, out: Path) -> None:
    """What the document tells must be findable where it is marked, or marking it would not take it out."""
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        texts = {one.text for one in pieces_of(export.entries, export.record.guide)}
        document = json.loads(preview_files(export, order_for(out, Withholding(names_stay=True)))[CASE_JSON])
        told = [version["text"] for note in document["notes"] for version in note["versions"]]
        told += [version["reason"] for note in document["notes"] for version in note["versions"]]
        told += [person[field] for person in document["people"] for field in ("name", "contact", "about")]
        told += [step["set_aside"]["reason"] for step in document["steps"] if step["set_aside"]]
        told += [document["case"]["title"], document["case"]["stand_in"]]
        for piece in document["evidence"]:
            told += [piece[field] for field in ("name", "platform", "url", "shows", "holder_name", "held_where")]
            told += [*piece["accounts"], *piece["seen_by"], *(one["reason"] for one in piece["devices"])]
        assert {text for text in told if text} <= texts
        assert len({text for text in told if text}) > 12
        assert re.search("svar fra", " ".join(str(fact["value"]) for fact in document["facts"]))
    finally:
        desk.close()


def test_who_of_the_police_asked_is_among_the_known_names(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        case = planted(desk)
        said = RequestDraft(by="Pernille Fogh-Lund, Nordsjællands Politi", on=date(2026, 11, 20), reference="0100")
        desk.record_request(case, said)
        known = {one.text: one.what for one in known_names(desk.export_case(case))}
        wanted = ("Pernille Fogh-Lund, Nordsjællands Politi", "Pernille Fogh-Lund", "Pernille", "Fogh-Lund")
        assert [known.get(text) for text in wanted] == ["requested-by"] * 4
    finally:
        desk.close()


def test_names_in_custody_and_in_answers_are_known_and_who_they_are_is_said(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        case = planted(desk)
        desk.record_custody(case, "E1", Move(event=Event.FOUND, copy=2, by="Åse Rådgiver", where="hos Liv"))
        desk.set_facts(case, {"parents.who": "Livs mor", "press.who": "Sigurd fra avisen skrev på Snapchat"})
        desk.register_evidence(case, EvidenceDraft(digest=f"sha256:{'0' * 64}", platform="Snapchat"))
        desk.add_note(case, "Sigurds far var med.")
        export = desk.export_case(case)
        known = {one.text: one for one in known_names(export, person_concerned(export))}
        assert {known[name].what for name in ("Vibeke Gammelgaard", "Palle Raskdyr", "Torben")} == {"custody"}
        assert {known[name].what for name in ("Kasimir Vagtmand", "Ditlev", "Rosalil Havgus", "Sigurd")} == {"answer"}
        assert known["55443322"].what == "contact"
        assert {one.person for one in known.values() if one.what in ("custody", "answer")} == {""}
        # Neither who makes the bundle, nor the person for whom it is, in whatever form.
        assert not {"Åse Rådgiver", "Åse", "Rådgiver", "Liv", "Livs", "Liv Holm", "Snapchat"} & {*known}
        with speaking("da"):
            labels = {one.what: name_label(one.what) for one in known.values()}
        assert not [what for what, label in labels.items() if what == label]
    finally:
        desk.close()


def test_a_genitive_leads_to_the_name_where_it_stands(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        case = planted(desk)
        desk.set_facts(case, {"original.where": "i Sigurds og Jens' skab"})
        desk.add_note(case, "Sigurd kom selv.")
        known = {one.text for one in known_names(desk.export_case(case))}
        assert {"Sigurd", "Sigurds", "Jens"} <= known
        assert "Jen" not in known
    finally:
        desk.close()


def test_what_the_police_refer_to_can_be_marked(tmp_path: Path, out: Path) -> None:
    """It is typed freely, and was taken for a word of the program's own, as the reference of the case is."""
    desk = set_up_desk(tmp_path)
    try:
        case = planted(desk)
        desk.record_request(case, RequestDraft(by="Kasimir Vagtmand", on=date(2026, 11, 20), reference="Sigurds sag"))
        export = desk.export_case(case)
        choice = Withholding(words=("Sigurd",), names_stay=True)
        assert leaks(preview_files(export, order_for(out, choice)), ("Sigurd",)) == set()
        assert leaks(preview_files(export, order_for(out, Withholding(names_stay=True))), ("Sigurd",)) == {"Sigurd"}
    finally:
        desk.close()
