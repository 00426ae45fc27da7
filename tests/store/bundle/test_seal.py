"""Sealing: the same case gives the same tar, all files or none, never over another, nothing plain on the way."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from guidance.errors import ExitCode
from store.age import RecipientInvalid, SealCancelled, blocks, decrypt
from store.bundle import new_files, weighing
from store.bundle.choice_errors import ChoiceNeeded
from store.bundle.contents import REPORT, STATISTICS
from store.bundle.errors import AlreadyThere, CaseTooLarge, SealDiskFailed, SealDiskFull, SealWithWhat
from store.bundle.looking import LARGE, USUAL
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.open import open_bundle
from store.bundle.seal import SealOrder, prepare, preview, seal, take_back, tar_of
from store.bundle.tar import TarReader
from store.entry import SpaceKind
from store.model import Purpose
from store.nameless import open_nameless
from store.secret import Secret
from tests.store.bundle.hostile import TRUSTED
from tests.store.bundle.invented import BIRGIT, POLICE, POLICE_RECIPIENT, entries, evidence_of, export, sealed
from tests.tools import ROOT

MADE = ["K7M4Q.open-me.da.txt", "K7M4Q.open-me.en.txt", "K7M4Q.segl.age"]


def order_for(folder: Path, purpose: Purpose = Purpose.POLICE, name: str = "K7M4Q.segl.age") -> SealOrder:
    return SealOrder(purpose=purpose, out=folder / name, recipients=(POLICE_RECIPIENT,), language="en")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def members(plain: bytes) -> dict[str, bytes]:
    reader = TarReader(io.BytesIO(plain).read)
    return {name: b"".join(reader.chunks()) for name, _size in reader.members()}


def opened_tar(path: Path) -> bytes:
    plain = io.BytesIO()
    with path.open("rb") as source:
        decrypt(source, plain, [POLICE])
    return plain.getvalue()


def test_the_same_case_gives_the_same_tar(tmp_path: Path) -> None:
    tars = []
    for _time in range(2):
        prepared = prepare(export(), order_for(tmp_path), BIRGIT.sign)
        tars.append(tar_of(prepared.bag, moment=prepared.moment))
    assert tars[0] == tars[1]
    assert len(tars[0]) == prepared.size
    other = prepare(export(notes=4), order_for(tmp_path), BIRGIT.sign)
    assert tar_of(other.bag, moment=other.moment) != tars[0]


def test_what_is_sealed_is_that_tar(tmp_path: Path) -> None:
    prepared = prepare(export(), order_for(tmp_path), BIRGIT.sign)
    made = seal(export(), order_for(tmp_path), BIRGIT.sign)
    assert opened_tar(Path(made.path)) == tar_of(prepared.bag, moment=prepared.moment)
    assert made.manifest_digest == prepared.bag.manifest_digest


def test_the_files_are_private_and_nothing_else_is_left(tmp_path: Path) -> None:
    made = sealed(tmp_path)
    assert names(tmp_path) == MADE
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tmp_path.iterdir())
    assert [Path(path).name for path in made.companions] == MADE[:2]
    assert made.size == (tmp_path / "K7M4Q.segl.age").stat().st_size


@pytest.mark.parametrize("taken", MADE)
def test_a_file_that_is_there_is_never_overwritten(taken: str, tmp_path: Path) -> None:
    (tmp_path / taken).write_text("mine")
    with pytest.raises(AlreadyThere) as refused:
        sealed(tmp_path)
    assert taken in refused.value.diagnostics().happened
    assert names(tmp_path) == [taken]
    assert (tmp_path / taken).read_text() == "mine"


def test_a_link_that_leads_nowhere_is_there_too(tmp_path: Path) -> None:
    (tmp_path / MADE[2]).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AlreadyThere):
        sealed(tmp_path)
    assert names(tmp_path) == [MADE[2]]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_somebody_makes_in_the_meantime_is_not_overwritten(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        refuse_links(monkeypatch)
    real = os.fsync

    def interfere(handle: int) -> None:
        (tmp_path / MADE[1]).write_text("mine")
        real(handle)

    monkeypatch.setattr(os, "fsync", interfere)
    with pytest.raises(AlreadyThere):
        sealed(tmp_path)
    assert names(tmp_path) == [MADE[1]]
    assert (tmp_path / MADE[1]).read_text() == "mine"


KILLED_MIDWAY = """
import os, signal, sys
from pathlib import Path
from store.bundle.seal import seal
from tests.store.bundle.invented import BIRGIT, export
from tests.store.bundle.test_seal import order_for
def end(*_progress):
    os.kill(os.getpid(), signal.SIGKILL)
seal(export(say=lambda text: text + "x" * 60_000), order_for(Path(sys.argv[1])), BIRGIT.sign, progress=end)
"""


def test_a_process_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    """This holds where the file system can hold a file without a name."""
    handle = open_nameless(tmp_path, 0o600)
    if handle is None:
        pytest.skip("this file system has no files without a name")
    os.close(handle)
    done = subprocess.run([sys.executable, "-c", KILLED_MIDWAY, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert names(tmp_path) == []


@pytest.mark.parametrize("nameless", [True, False])
def test_the_sealed_file_is_named_last(nameless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not nameless:
        monkeypatch.setattr(new_files, "open_nameless", lambda *_how: None)
    real, named = os.link, list[str]()

    def link(source: Path | str, target: str, **more: object) -> None:
        named.append(target)
        real(source, target, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", link)
    sealed(tmp_path)
    assert sorted(named) == names(tmp_path) == MADE
    assert named[-1].endswith(".segl.age")


def refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_paths: object, **_more: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)


@pytest.mark.parametrize("nameless", [True, False])
def test_a_stick_without_links_gets_the_same_files(
    nameless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_links(monkeypatch)
    if not nameless:
        monkeypatch.setattr(new_files, "open_nameless", lambda *_how: None)
    made = sealed(tmp_path)
    assert names(tmp_path) == MADE
    assert open_bundle(Path(made.path), [POLICE], trusted=TRUSTED).verdicts.usable


@pytest.mark.parametrize("when", [0, 1, 2])
def test_stopping_leaves_nothing(when: int, tmp_path: Path) -> None:
    asked = iter([False] * when + [True] * 10)
    order = order_for(tmp_path)
    text = "x" * 3_000_000
    with pytest.raises(SealCancelled):
        seal(export(say=lambda said: said + text[:50_000]), order, BIRGIT.sign, cancelled=lambda: next(asked))
    assert names(tmp_path) == []


def test_progress_goes_up_to_the_whole(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    seal(export(), order_for(tmp_path), BIRGIT.sign, progress=lambda done, total: told.append((done, total)))
    assert told
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_a_disk_that_fails_leaves_nothing_and_says_so(
    number: int, call: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = blocks.write_all
    calls = 0

    def write_all(file: io.FileIO, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(number, os.strerror(number))
        real(file, data)

    monkeypatch.setattr("store.bundle.new_files.write_all", write_all)
    monkeypatch.setattr("store.bundle.seal.write_all", write_all)
    with pytest.raises(SealDiskFailed if number == errno.EIO else SealDiskFull) as failed:
        sealed(tmp_path)
    assert failed.value.exit_code is ExitCode.FAILED
    assert str(tmp_path) in failed.value.diagnostics().happened
    assert "removed" in failed.value.diagnostics().safe
    assert names(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("a real small file system needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_full_disk_leaves_nothing_and_says_so(small_disk: Path) -> None:
    large = export(say=lambda text: text + "x" * 60_000)
    with pytest.raises(SealDiskFull) as failed:
        seal(large, order_for(small_disk), BIRGIT.sign)
    assert str(small_disk) in failed.value.diagnostics().happened
    assert names(small_disk) == []
    seal(export(), order_for(small_disk), BIRGIT.sign)
    assert names(small_disk) == MADE


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SealDiskFailed) as failed:
        sealed(tmp_path / "missing")
    assert "missing" in failed.value.diagnostics().happened


def test_an_order_names_recipients_or_a_passphrase(tmp_path: Path) -> None:
    neither = SealOrder(purpose=Purpose.POLICE, out=tmp_path / "a.segl.age")
    both = replace(neither, recipients=(POLICE_RECIPIENT,), passphrase=Secret(b"x"))
    for order in (neither, both):
        with pytest.raises(SealWithWhat):
            seal(export(), order, BIRGIT.sign)
    with pytest.raises(RecipientInvalid):
        seal(export(), replace(neither, recipients=("age1slip",)), BIRGIT.sign)
    assert names(tmp_path) == []


def test_the_person_concerned_gets_none_rather_than_others_names(tmp_path: Path) -> None:
    order = order_for(tmp_path, Purpose.PERSON_CONCERNED)
    with pytest.raises(ChoiceNeeded) as refused:
        seal(export(), order, BIRGIT.sign)
    assert refused.value.exit_code is ExitCode.REFUSED
    with pytest.raises(ChoiceNeeded):
        preview(export(), order)
    assert names(tmp_path) == []


@pytest.mark.parametrize("purpose", [Purpose.FULL, Purpose.POLICE, Purpose.COLLEAGUE, Purpose.STATISTICS])
def test_the_preview_is_what_is_sealed(purpose: Purpose, tmp_path: Path) -> None:
    shown = preview(export(), order_for(tmp_path, purpose))
    made = seal(export(), order_for(tmp_path, purpose), BIRGIT.sign)
    inside = members(opened_tar(Path(made.path)))
    assert {content.name: content.size for content in shown} == {name: len(data) for name, data in inside.items()}
    assert shown[0].name == REPORT
    assert all(content.what for content in shown)
    assert open_bundle(Path(made.path), [POLICE], trusted=TRUSTED).purpose is purpose


def test_what_goes_in_depends_on_the_purpose(tmp_path: Path) -> None:
    def inside(purpose: Purpose) -> dict[str, bytes]:
        return dict(prepare(export(), order_for(tmp_path, purpose), BIRGIT.sign).bag.files)

    office, police = inside(Purpose.COLLEAGUE), inside(Purpose.POLICE)
    assert inside(Purpose.FULL)[JOURNAL] == office[JOURNAL] == police[JOURNAL]
    assert "data/playbooks/action-card.toml" in office
    assert "data/playbooks/action-card.toml" not in police
    for only_office in (b"delete-from-platform", b"Stand-in Invented", b"Comms"):
        assert only_office in office[CASE_JSON]
        assert only_office not in police[CASE_JSON]
    for hidden in (b"Stand-in Invented", b"Comms", b"step delete-from-platform"):
        assert hidden in office[REPORT]
        assert hidden not in police[REPORT]
    for both in (b"step overview", b"an officer", b"first words", b"better words", b"a slip", b"not wanted"):
        assert both in office[REPORT]
        assert both in police[REPORT]


def test_statistics_tell_nothing_of_whose_case_it_is(tmp_path: Path) -> None:
    marked = export(say=lambda text: f"{text} MARKED", author=BIRGIT)
    marked = replace(marked, office=replace(marked.office, name="The Office"))
    files = prepare(marked, order_for(tmp_path, Purpose.STATISTICS, "2026-11.segl.age"), BIRGIT.sign).bag.files
    assert set(files) >= {STATISTICS, REPORT}
    assert not set(files) & {CASE_JSON, JOURNAL, "data/checkpoint.txt", "data/evidence.sha256"}
    whole = b"".join(files.values())
    for telling in (b"MARKED", b"26-K7M4Q", b"2026-11-2", b"5e5e5e", marked.record.evidence[0].digest.encode()):
        assert telling not in whole
    assert b'"level": 3' in files[STATISTICS]
    opened = seal(marked, order_for(tmp_path, Purpose.STATISTICS), BIRGIT.sign)
    verdicts = open_bundle(Path(opened.path), [POLICE], trusted=TRUSTED).verdicts
    assert verdicts.usable
    assert verdicts.complete.numbers_only


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("26-K7M4Q-politi.segl.age", "26-K7M4Q-politi"),
        ("Sag om Åse æøå.segl.age", "Sag-om-Aase-aeoeaa"),
        ("\u0061\u030a.segl.age", "aa"),
        ("plain", "plain"),
        ("con.age", "bundle-con"),
        ("..segl.age", "bundle"),
        ("日本.segl.age", "bundle"),
        ("$(rm -rf ~);x.segl.age", "rm-rf-x"),
        ("x" * 200 + ".segl.age", "x" * 40),
    ],
)
def test_the_folder_inside_is_ascii_and_made_from_the_name_chosen(file: str, folder: str, tmp_path: Path) -> None:
    made = seal(export(), order_for(tmp_path, name=file), BIRGIT.sign)
    opened = open_bundle(Path(made.path), [POLICE], trusted=TRUSTED)
    assert Path(made.path).name == file
    assert opened.name == folder
    assert opened.verdicts.usable


def test_the_signed_bag_names_its_recipients_once_each(tmp_path: Path) -> None:
    order = replace(order_for(tmp_path), recipients=(POLICE_RECIPIENT, f" {POLICE_RECIPIENT}\n"))
    files = prepare(export(), order, BIRGIT.sign).bag.files
    assert files["bag-info.txt"].count(POLICE_RECIPIENT.encode()) == 1
    assert b"bag-info.txt" in files["tagmanifest-sha256.txt"]


def test_a_line_break_in_the_office_name_adds_no_label(tmp_path: Path) -> None:
    case = export()
    case = replace(case, office=replace(case.office, name="Office\nSegl-Recipient: age1evil"))
    info = prepare(case, order_for(tmp_path), BIRGIT.sign).bag.files["bag-info.txt"].decode()
    assert [line for line in info.splitlines() if line.startswith("Segl-Recipient:")] == [
        f"Segl-Recipient: {POLICE_RECIPIENT}"
    ]


def test_a_case_too_large_to_be_opened_is_not_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = len(export().entries)
    monkeypatch.setattr(weighing, "_LIGHT", 0)
    monkeypatch.setattr(weighing, "USUAL", replace(USUAL, entries=count - 1))
    monkeypatch.setattr(weighing, "LARGE", replace(LARGE, entries=count - 1))
    with pytest.raises(CaseTooLarge) as error:
        sealed(tmp_path)
    assert f"more than {count - 1} entries" in error.value.diagnostics().happened
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(weighing, "LARGE", replace(LARGE, entries=count))
    assert sealed(tmp_path).large


def test_the_texts_beside_it_say_what_is_needed_and_nothing_of_the_case(tmp_path: Path) -> None:
    made = seal(export(say=lambda text: f"{text} MARKED"), order_for(tmp_path), BIRGIT.sign)
    danish, english = (Path(path).read_text(encoding="utf-8") for path in made.companions)
    for text in (danish, english):
        assert made.digest.removeprefix("sha256:") in text
        assert BIRGIT.fingerprint in text
        assert "K7M4Q.segl.age" in text
        assert "MARKED" not in text
        assert "26-K7M4Q" not in text
        assert re.search(r"\{[a-z_{]", text) is None
    commands = [
        [line for line in text.splitlines() if line.startswith(("   Linux", "   Windows", "   macOS"))]
        for text in (danish, english)
    ]
    assert commands[0] == commands[1]
    assert len(commands[0]) == 7


def test_an_export_with_erased_entries_is_sealed_and_counted(tmp_path: Path) -> None:
    kept = export().entries
    case = replace(export(), entries=(*kept[:-1], replace(kept[-1], salt=None, payload=None)))
    made = seal(case, order_for(tmp_path), BIRGIT.sign)
    complete = open_bundle(Path(made.path), [POLICE], trusted=TRUSTED).verdicts.complete
    assert (complete.entries, complete.withheld, complete.missing) == (len(kept), 1, 0)


def test_evidence_whose_name_is_hostile_stays_in_its_line(tmp_path: Path) -> None:
    piece = evidence_of(b"x", 1, b"a\n" + b"0" * 64 + b"  passwd")
    files = prepare(export(pieces=(piece,)), order_for(tmp_path), BIRGIT.sign).bag.files
    assert files["data/evidence.sha256"].count(b"\n") == 2
    assert b"passwd" not in files["data/evidence.hashdeep"]


def test_what_is_said_in_a_programme_is_not_sealed_as_a_case(tmp_path: Path) -> None:
    programme = entries(BIRGIT, [{"text": "said in a session"}], space_kind=SpaceKind.PROGRAMME)
    with pytest.raises(ValueError, match="only the entries of a case"):
        seal(replace(export(), entries=programme), order_for(tmp_path), BIRGIT.sign)
    assert names(tmp_path) == []


def test_the_two_languages_of_the_verify_text_give_the_same_commands(tmp_path: Path) -> None:
    files = prepare(export(), order_for(tmp_path), BIRGIT.sign).bag.files
    danish, english = (files[f"VERIFY.{language}.txt"].decode() for language in ("da", "en"))

    def commands(text: str) -> list[str]:
        tools = ("ssh-keygen", "sha256sum", "shasum", "hashdeep", "bagit.py", "Get-FileHash", "certutil", "namespaces")
        words = {"STI-TIL-DENNE-MAPPE": "PATH-TO-THIS-FOLDER", "FILER": "FILES", '"FIL"': '"FILE"'}
        for meant, told in words.items():
            text = text.replace(meant, told)
        # Without what stands before a command: the system, or the words that lead to it.
        return [
            re.sub(r"^ +(?:[^:\"'{]+: +)?", "", line)
            for line in text.splitlines()
            if line.startswith("   ") and any(tool in line for tool in tools)
        ]

    assert commands(danish) == commands(english)
    assert len(commands(english)) == 18


def test_what_was_sealed_can_be_taken_back(tmp_path: Path) -> None:
    mine = tmp_path / "K7M4Q.txt"
    mine.write_text("mine")
    made = sealed(tmp_path)
    take_back(made)
    take_back(made)
    assert names(tmp_path) == ["K7M4Q.txt"]
