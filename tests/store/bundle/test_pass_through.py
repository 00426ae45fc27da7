"""Passing material on: one read, stock tools open it, our own opener checks it, and a failure leaves nothing."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guidance.custody import Event, Move
from guidance.language import speaking
from screens.opened_words import case_content
from store.age.errors import SealCancelled
from store.bundle import pass_through
from store.bundle import tar as tarring
from store.bundle.agreement import Agreement
from store.bundle.case_document import case_document
from store.bundle.custody_words import pass_line
from store.bundle.errors import AlreadyThere, MaterialTooLarge, NoNamedRecipient
from store.bundle.looking import LARGE, USUAL
from store.bundle.open import OpenedBundle, open_bundle
from store.bundle.pass_through import PassThrough, names_in_bundle, prepared_with
from store.bundle.report_custody import custody_table
from store.bundle.seal import SealOrder, seal
from store.bundle.tar import MATERIAL
from store.bundle.verdicts import Damage
from store.bundle.withheld import withhold
from store.bundle.withholding import Withholding
from store.cases.chains import timeline
from store.cases.checking import RequestDraft
from store.cases.errors import AskedAhead, ItemUnknown, RequestNeeded, TextMissing
from store.casework import Casework
from store.evidence.errors import FileChanged, FileVanished, NotAFile, NotHashed
from store.evidence.in_place import InPlace
from store.journal import read
from store.model import Intake, Purpose, Sealed
from store.secret import Secret
from tests.store.bundle.hostile import good_files, open_files, signed_anew
from tests.store.bundle.invented import POLICE
from tests.store.bundle.stock import run, unpack
from tests.store.desk import set_up_desk
from tests.tools import need

MOMENT = int(datetime(2026, 11, 21, 9, tzinfo=UTC).timestamp())
ASKED = RequestDraft(by="Vagthavende, Nordsjælland", on=date(2026, 11, 20), reference="0100-83971-00012")
MIB = 1 << 20
REGISTERED = b"a picture"
"""What the invented case has in its register."""


@pytest.fixture
def desk(tmp_path: Path) -> Casework:
    (tmp_path / "vault").mkdir()
    return set_up_desk(tmp_path / "vault")


@pytest.fixture
def case(desk: Casework) -> str:
    return desk.new_case(Intake(title="Billede delt", stand_in="Bo")).id


def order(folder: Path, **more: object) -> SealOrder:
    made = SealOrder(
        purpose=Purpose.POLICE, out=folder / "til-politiet.segl.age", recipients=(POLICE.recipient.encode(),)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def passed(desk: Casework, case: str, wanted: SealOrder, *paths: Path) -> Sealed:
    desk.record_request(case, ASKED)
    request = desk.require_request(case)
    with PassThrough(wanted, paths, moment=MOMENT) as passing:
        files = passing.read()
        prepared, evidence = prepared_with(desk, case, wanted, files, passing.material)
        sealed = passing.finish(prepared)
    desk.record_pass(case, request.id, evidence, sealed)
    return sealed


def opened(desk: Casework, sealed: Sealed, *, large: bool = False) -> OpenedBundle:
    return open_bundle(Path(sealed.path), [POLICE], trusted=desk.known_signers(), large=large)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, MIB - 1024, MIB, 5 * MIB + 7])
def test_it_opens_with_what_went_in(desk: Casework, case: str, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    file = tmp_path / "billede æ.JPG"
    file.write_bytes(content)
    before = file.stat()
    made = opened(desk, passed(desk, case, order(tmp_path), file))
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert made.verdicts.intact.holds
    assert made.verdicts.usable
    assert made.case is not None
    assert [(one.name, one.digest, one.size) for one in made.material] == [
        ("data/material/billede-ae.jpg", digest, size)
    ]
    assert [(one.digest, one.name) for one in made.case.evidence] == [(digest, file.name)]
    after = file.stat()
    assert (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)


def test_stock_tools_open_and_check_it(desk: Casework, case: str, tmp_path: Path) -> None:
    need("age", "tar", "sha256sum", "hashdeep")
    files = []
    for number, name in enumerate(("a.mp4", "sub/a.mp4", "b.png")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(MIB + number))
        files.append(path)
    sealed = passed(desk, case, order(tmp_path), *files)
    bag = unpack(Path(sealed.path), tmp_path / "out")
    material = sorted(path.name for path in (bag / "data" / "material").iterdir())
    assert material == ["a-2.mp4", "a.mp4", "b.png"]
    assert (bag / "data" / "material" / "a-2.mp4").read_bytes() == files[1].read_bytes()
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert run("sha256sum", "--check", "--strict", manifest, where=bag).returncode == 0
    # The material stands before everything that tells of it.
    listed = run("tar", "tf", "bag.tar", where=tmp_path / "out").stdout.decode().splitlines()
    assert [name.partition("/")[2] for name in listed[1:4]] == [
        "data/material/a-2.mp4",
        "data/material/a.mp4",
        "data/material/b.png",
    ]
    assert listed[4:] == sorted(listed[4:])


def test_the_journal_says_what_was_passed_on_and_at_whose_request(desk: Casework, case: str, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"x" * 1000)
    sealed = passed(desk, case, order(tmp_path), file)
    newest, sealing, registered, asked, *_more = desk.history(case)
    assert [newest.kind, sealing.kind, registered.kind, asked.kind] == [
        "evidence.passed-on",
        "case.sealed",
        "evidence.registered",
        "evidence.requested",
    ]
    assert sealed.digest in newest.words
    assert ASKED.by in asked.words
    assert ASKED.reference in asked.words


def test_a_piece_that_is_registered_is_not_registered_again(desk: Casework, case: str, tmp_path: Path) -> None:
    from store.evidence.hashing import hash_file
    from store.evidence.register import draft_of

    file, twin = tmp_path / "a.png", tmp_path / "b.png"
    for path in (file, twin):
        path.write_bytes(b"x" * 1000)
    piece = desk.register_evidence(case, draft_of(hash_file(file)))
    made = opened(desk, passed(desk, case, order(tmp_path), file, twin))
    assert [one.id for one in desk.case(case).evidence] == [piece.id]
    assert len(made.material) == 2


def test_without_a_recorded_request_nothing_is_read(desk: Casework, case: str) -> None:
    with pytest.raises(RequestNeeded):
        desk.require_request(case)
    for wrong in (replace(ASKED, by=" "), replace(ASKED, reference="")):
        with pytest.raises(TextMissing):
            desk.record_request(case, wrong)
    with pytest.raises(AskedAhead):
        desk.record_request(case, replace(ASKED, on=datetime.now(UTC).date() + timedelta(days=2)))
    assert desk.evidence_requests(case) == ()
    first, second = desk.record_request(case, ASKED), desk.record_request(case, replace(ASKED, about="E1"))
    assert desk.require_request(case) == second
    assert desk.require_request(case, first.id[:8]) == first
    with pytest.raises(ItemUnknown):
        desk.require_request(case, "beef" * 4)


def test_it_goes_to_a_named_recipient_for_the_police_only(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x")
    for wrong in (
        order(tmp_path, recipients=()),
        order(tmp_path, recipients=(), passphrase=Secret(b"fire stille heste")),
        order(tmp_path, purpose=Purpose.COLLEAGUE),
        order(tmp_path, purpose=Purpose.FULL),
    ):
        with pytest.raises(NoNamedRecipient):
            PassThrough(wrong, [file], moment=MOMENT)


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _shrink(path: Path) -> None:
    os.truncate(path, MIB)


def _touch(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"other")


def _swap(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


@pytest.mark.parametrize(
    ("meanwhile", "error"),
    [
        (_grow, FileChanged),
        (_shrink, FileChanged),
        (_touch, FileChanged),
        (_swap, FileChanged),
        (Path.unlink, FileVanished),
    ],
)
def test_a_file_that_does_not_stay_as_it_is_leaves_nothing(
    tmp_path: Path, meanwhile: Callable[[Path], None], error: type[NotHashed]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    file = tmp_path / "a.mp4"
    file.write_bytes(os.urandom(8 * MIB))
    pending = [meanwhile]

    def progress(done: int, _total: int) -> None:
        if done > 3 * MIB and pending:
            pending.pop()(file)

    with pytest.raises(error), PassThrough(order(out), [file], moment=MOMENT, progress=progress) as passing:
        passing.read()
    assert not pending
    assert list(out.iterdir()) == []


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    file = tmp_path / "a.mp4"
    file.write_bytes(os.urandom(8 * MIB))
    so_far: list[int] = []
    with (
        pytest.raises(SealCancelled),
        PassThrough(
            order(out),
            [file],
            moment=MOMENT,
            progress=lambda done, _total: so_far.append(done),
            cancelled=lambda: bool(so_far) and so_far[-1] > 3 * MIB,
        ) as passing,
    ):
        passing.read()
    assert 3 * MIB < so_far[-1] < 8 * MIB
    assert list(out.iterdir()) == []


def test_left_before_the_end_nothing_stays(desk: Casework, case: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    file = tmp_path / "a.mp4"
    file.write_bytes(b"x")
    wanted = order(out)
    with PassThrough(wanted, [file], moment=MOMENT) as passing:
        files = passing.read()
        prepared_with(desk, case, wanted, files, passing.material)
    assert list(out.iterdir()) == []
    assert desk.history(case)[0].kind == "evidence.registered"


def test_what_cannot_be_passed_on_is_said_before_anything_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, folder = tmp_path / "a", tmp_path / "folder"
    good.write_bytes(b"x" * 2000)
    folder.mkdir()
    for paths, error in (([good, folder], NotAFile), ([good, tmp_path / "none"], FileVanished)):
        with pytest.raises(error), PassThrough(order(tmp_path), paths, moment=MOMENT) as passing:
            passing.read()
    with pytest.raises(MaterialTooLarge):
        names_in_bundle([])
    with pytest.raises(MaterialTooLarge):
        names_in_bundle([good] * 101)
    for bound in ("MAX_FILE", "MAX_MATERIAL"):
        with monkeypatch.context() as patched:
            patched.setattr(pass_through, bound, 1000)
            with pytest.raises(MaterialTooLarge), PassThrough(order(tmp_path), [good], moment=MOMENT) as passing:
                passing.read()
    out = tmp_path / "til-politiet.segl.age"
    out.write_bytes(b"mine")
    with pytest.raises(AlreadyThere):
        PassThrough(order(tmp_path), [good], moment=MOMENT)
    assert out.read_bytes() == b"mine"


def test_each_byte_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(os.urandom(3 * MIB + 5))
    read: list[int] = []
    really = InPlace.readinto

    def counted(self: InPlace, buffer: memoryview, /) -> int:
        length = really(self, buffer)
        read.append(length)
        return length

    monkeypatch.setattr(InPlace, "readinto", counted)
    with PassThrough(order(tmp_path), [file], moment=MOMENT) as passing:
        passing.read()
    assert sum(read) == 3 * MIB + 5


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        ([b"a.jpg", b"A.JPG", b"x/a.jpg"], ["a.jpg", "A-2.jpg", "a-3.jpg"]),
        ([b"\xe6\x1b[2J\n.png"], None),
        ([b"con.txt"], None),
        ([b"..."], None),
        ([b".hidden"], None),
        ([b"x" * 251 + b".mp4"], None),
        ([("ø" * 100).encode() + b".tar.gz"], None),
    ],
)
def test_names_in_the_bundle_are_safe_and_none_comes_twice(names: list[bytes], wanted: list[str] | None) -> None:
    from store.bundle.names import MAX_BUNDLE_NAME, MAX_MEMBER_NAME, is_safe_part

    made = names_in_bundle(names)
    assert wanted is None or made == [MATERIAL + name for name in wanted]
    assert len({name.lower() for name in made}) == len(names)
    for name in made:
        assert is_safe_part(name.removeprefix(MATERIAL))
        assert MAX_BUNDLE_NAME + 1 + len(name) <= MAX_MEMBER_NAME


def test_a_large_bundle_is_looked_at_only_where_somebody_says_so(
    desk: Casework, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.bundle import open as opening

    file = tmp_path / "a.mp4"
    file.write_bytes(os.urandom(4 * MIB))
    sealed = passed(desk, case, order(tmp_path), file)
    assert not sealed.large
    assert opened(desk, sealed).verdicts.intact.holds
    monkeypatch.setattr(opening, "USUAL", replace(USUAL, total=MIB))
    assert opened(desk, sealed).verdicts.intact.needs_large
    assert opened(desk, sealed, large=True).verdicts.intact.holds
    # Not by the size of the file, but by what is in it.
    monkeypatch.setattr(opening, "USUAL", replace(USUAL, material=3 * MIB))
    assert opened(desk, sealed).verdicts.intact.needs_large
    assert opened(desk, sealed, large=True).verdicts.intact.holds
    monkeypatch.setattr(opening, "LARGE", replace(LARGE, total=MIB, material=0))
    assert opened(desk, sealed, large=True).verdicts.intact.damage is Damage.TOO_LARGE


def test_the_reader_counts_material_apart_from_the_rest() -> None:
    def tar(files: dict[str, bytes], **limits: int) -> list[str]:
        parts: list[bytes] = []
        tarring.write_tar(parts.append, "bag", files, mtime=0)
        data = memoryview(b"".join(parts))
        place = 0

        def read(size: int) -> bytes:
            nonlocal place
            piece = bytes(data[place : place + size])
            place += len(piece)
            return piece

        reader = tarring.TarReader(read, limits=tarring.Limits(**limits))
        return [name for name, _size in reader.members()]

    files = {"data/material/a": bytes(9000), "data/b": bytes(1000)}
    assert tar(files, total=5000, material=10_000) == ["data/b", "data/material/a"]
    with pytest.raises(tarring.TarRefused):
        tar(files, total=5000, material=9000)
    with pytest.raises(tarring.TarRefused):
        tar({"data/a": bytes(9000)}, total=5000, material=10_000)
    with pytest.raises(tarring.TarRefused):
        tar({"data/material-a": bytes(9000)}, total=5000, material=10_000)


@pytest.mark.parametrize(
    ("content", "purpose", "holds"),
    [
        (REGISTERED, Purpose.POLICE, True),
        (REGISTERED + b"!", Purpose.POLICE, False),
        (REGISTERED, Purpose.COLLEAGUE, False),
        (REGISTERED, Purpose.STATISTICS, False),
    ],
)
def test_material_that_the_register_does_not_know_or_that_is_for_others_is_refused(
    content: bytes, purpose: Purpose, holds: bool, tmp_path: Path
) -> None:
    files = good_files(purpose=purpose) | {"data/material/a.png": content}
    info = files["bag-info.txt"].decode()
    octets = sum(len(data) for name, data in files.items() if name.startswith("data/"))
    count = sum(name.startswith("data/") for name in files)
    files["bag-info.txt"] = re.sub(r"Payload-Oxum: \S+", f"Payload-Oxum: {octets}.{count}", info).encode()
    made = open_files(signed_anew(files), tmp_path)
    assert made.verdicts.intact.holds is holds
    if not holds:
        assert made.verdicts.intact.damage is Damage.FILE_REFUSED
        assert (made.case, made.material) == (None, ())


def test_the_chain_of_a_piece_says_that_it_was_passed_on_and_comes_back_with_a_later_bundle(
    desk: Casework, case: str, tmp_path: Path
) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(name.encode())
    desk.record_request(case, replace(ASKED, reference="another"))
    sealed = passed(desk, case, order(tmp_path), tmp_path / "a.png", tmp_path / "b.png")
    desk.record_custody(case, "E1", Move(event=Event.FOUND, by="Ane"))
    export = desk.export_case(case)
    first, second = export.record.evidence
    [passing] = first.passes
    assert second.passes == first.passes
    assert (passing.asked_by, passing.reference, passing.digest) == (ASKED.by, ASKED.reference, sealed.digest)
    assert timeline(first)[0] == passing, "before what was recorded later"
    later = opened(desk, seal(export, order(tmp_path, out=tmp_path / "senere.segl.age", language="da"), desk.sign))
    assert later.verdicts.usable
    assert later.verdicts.complete.holds
    assert later.case is not None
    assert later.case.evidence == export.record.evidence
    with speaking("en"):
        words = f"passed on to the police sealed, in til-politiet.segl.age, at request {ASKED.reference} of {ASKED.by}"
        assert words in case_content(later.case).plain
        for piece in case_document(export, Purpose.POLICE, "en")["evidence"]:
            assert words in str(custody_table(piece))


def test_passing_on_that_the_journal_tells_otherwise_is_noticed(desk: Casework, case: str, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"a")
    passed(desk, case, order(tmp_path), file)
    export = desk.export_case(case)
    document = case_document(export, Purpose.FULL, "da")

    def contradiction(told: dict[str, Any]) -> str:
        agreement = Agreement(told)
        for stored in export.entries:
            said = read(stored)
            agreement.take(stored, said.header, said.payload)
        return agreement.contradiction(whole=True)

    assert contradiction(document) == "", "control"
    for name, value in (("asked_by", "Andre"), ("their_reference", "x"), ("name", "y"), ("digest", "sha256:00")):
        wrong = deepcopy(document)
        wrong["evidence"][0]["passes"][0][name] = value
        assert contradiction(wrong), name
    without, twice, elsewhere = deepcopy(document), deepcopy(document), deepcopy(document)
    without["evidence"][0]["passes"] = []
    twice["evidence"][0]["passes"] *= 2
    elsewhere["evidence"][0]["passes"][0]["request"] = elsewhere["evidence"][0]["id"]
    for wrong in (without, twice, elsewhere):
        assert contradiction(wrong)
    earlier = deepcopy(document)
    for piece in earlier["evidence"]:
        del piece["passes"]
    assert contradiction(earlier) == "", "an earlier Segl did not tell of it there"


def test_that_a_piece_was_passed_on_is_told_without_the_request_where_that_can_not_be_read() -> None:
    with speaking("en"):
        assert pass_line("", "", "a.segl.age").endswith("can't be read any more")


def test_what_is_withheld_of_a_request_is_withheld_in_the_chain_too(desk: Casework, case: str, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"a")
    passed(desk, case, order(tmp_path), file)
    export = desk.export_case(case)
    with speaking("en"):
        made = withhold(export, Withholding(words=("Vagthavende", "83971"), spans=(), entries=frozenset()))
        document = made.document(case_document(made.export, Purpose.PERSON_CONCERNED, "en"))
    told = str(document["evidence"])
    assert "Nordsj" in told, "the control: the rest of the name is there"
    assert "Vagthavende" not in told
    assert "83971" not in told
