"""A bundle opens and is checked with stock tools alone; each check is shown failing on one that is not right."""

from __future__ import annotations

from pathlib import Path

from store.bundle.seal import SealOrder, seal
from store.model import Purpose
from store.secret import Secret
from tests.store.bundle.invented import BIRGIT, MALLORY, evidence_of, export, sealed
from tests.store.bundle.stock import decrypt, run, unpack, verify_signature
from tests.tools import need


def test_everything_holds_with_stock_tools(tmp_path: Path) -> None:
    need("age", "tar", "sha256sum", "bagit.py", "ssh-keygen")
    bag = unpack(Path(sealed(tmp_path).path), tmp_path / "out")
    assert bag.name == "K7M4Q"
    assert run("sha256sum", "--strict", "-c", "manifest-sha256.txt", where=bag).returncode == 0
    assert run("sha256sum", "--strict", "-c", "tagmanifest-sha256.txt", where=bag).returncode == 0
    checked = run("bagit.py", "--validate", ".", where=bag)
    assert checked.returncode == 0, checked.stderr
    assert verify_signature(bag, BIRGIT).returncode == 0
    shown = run(
        "ssh-keygen",
        *("-Y", "check-novalidate", "-n", "segl-bundle", "-s", "signature.sshsig"),
        where=bag,
        stdin=(bag / "tagmanifest-sha256.txt").read_bytes(),
    )
    assert shown.returncode == 0
    assert BIRGIT.fingerprint.encode() in shown.stdout
    assert BIRGIT.fingerprint in (bag / "VERIFY.da.txt").read_text(encoding="utf-8")


def test_the_evidence_lists_hold_beside_the_originals(tmp_path: Path) -> None:
    need("age", "tar", "sha256sum", "hashdeep")
    originals = tmp_path / "originals"
    originals.mkdir()
    names = [b"a picture.jpg", b"back\\slash.jpg", b"new\nline.jpg", b"not-utf8-\xff.jpg", "billede æøå.png".encode()]
    pieces = []
    for number, name in enumerate(names, start=1):
        content = b"content %d" % number
        Path(bytes(originals).decode() + "/" + name.decode("utf-8", "surrogateescape")).write_bytes(content)
        pieces.append(evidence_of(content, number, name))
    pieces.append(evidence_of(b"content 1", len(names) + 1, names[0]))
    bag = unpack(Path(sealed(tmp_path, pieces=tuple(pieces)).path), tmp_path / "out")
    listed = str(bag / "data" / "evidence.sha256")
    checked = run("sha256sum", "--strict", "-c", listed, where=originals)
    assert checked.returncode == 0, checked
    assert checked.stdout.count(b": OK") == len(pieces)
    with_hashdeep = str(bag / "data" / "evidence.hashdeep")
    (originals / "new\nline.jpg").unlink()
    audited = run("hashdeep", "-b", "-a", "-k", with_hashdeep, "-r", ".", where=originals)
    assert audited.returncode == 0, audited
    assert b"Audit passed" in audited.stdout
    (originals / "a picture.jpg").write_bytes(b"content X")
    assert run("sha256sum", "-c", listed, where=originals).returncode != 0
    assert run("hashdeep", "-b", "-a", "-k", with_hashdeep, "-r", ".", where=originals).returncode != 0


def test_a_digest_that_was_typed_stands_in_the_list_without_a_file(tmp_path: Path) -> None:
    need("age", "tar")
    typed = evidence_of(b"never seen", 1, b"")
    bag = unpack(Path(sealed(tmp_path, pieces=(typed,)).path), tmp_path / "out")
    assert f"# E1 {typed.digest}\n" in (bag / "data" / "evidence.sha256").read_text()


def test_a_passphrase_opens_it(tmp_path: Path) -> None:
    need("age", "tar", "sha256sum")
    order = SealOrder(
        purpose=Purpose.FULL,
        out=tmp_path / "K7M4Q.segl.age",
        passphrase=Secret.from_text("en lang og hemmelig sætning"),
        work_factor=10,
    )
    made = seal(export(), order, BIRGIT.sign)
    import pyrage

    plain = pyrage.passphrase.decrypt(Path(made.path).read_bytes(), "en lang og hemmelig sætning")
    (tmp_path / "bag.tar").write_bytes(plain)
    assert run("tar", "xf", "bag.tar", where=tmp_path).returncode == 0
    assert run("sha256sum", "--strict", "-c", "manifest-sha256.txt", where=tmp_path / "K7M4Q").returncode == 0
    assert "age -d -i" not in Path(made.companions[0]).read_text(encoding="utf-8")


def test_one_flipped_byte_of_the_sealed_file_fails(tmp_path: Path) -> None:
    need("age")
    path = Path(sealed(tmp_path).path)
    data = bytearray(path.read_bytes())
    assert decrypt(path, tmp_path).returncode == 0
    (tmp_path / "bag.tar").unlink()
    for place in (30, 200, len(data) // 2, len(data) - 1):
        data[place] ^= 1
        path.write_bytes(data)
        assert decrypt(path, tmp_path).returncode != 0
        data[place] ^= 1


def test_one_flipped_byte_in_the_bag_fails(tmp_path: Path) -> None:
    need("age", "tar", "sha256sum", "bagit.py")
    bag = unpack(Path(sealed(tmp_path).path), tmp_path / "out")
    report = bag / "data" / "report.html"
    data = bytearray(report.read_bytes())
    data[len(data) // 2] ^= 1
    report.write_bytes(data)
    checked = run("sha256sum", "-c", "manifest-sha256.txt", where=bag)
    assert checked.returncode != 0
    assert b"data/report.html: FAILED" in checked.stdout
    assert run("bagit.py", "--validate", ".", where=bag).returncode != 0


def test_a_bag_signed_by_somebody_else_fails_against_the_known_key(tmp_path: Path) -> None:
    need("age", "tar", "ssh-keygen")
    bag = unpack(Path(sealed(tmp_path, author=MALLORY).path), tmp_path / "out")
    assert verify_signature(bag, MALLORY).returncode == 0
    assert verify_signature(bag, BIRGIT).returncode != 0
