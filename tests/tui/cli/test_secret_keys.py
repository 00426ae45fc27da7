"""A secret key where a recipient or a file's name belongs: said to be one, in the person's language, never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.age import generate_hybrid, generate_x25519
from store.age.__main__ import main
from store.age.x25519 import X25519Identity
from tests.tui.cli.support import Segl

CLASSICAL = generate_x25519(lambda size: bytes(range(size))).encode().reveal().decode()
HYBRID = generate_hybrid(lambda size: bytes(range(size))).encode().reveal().decode()
NAMES = ["upper", "lower", "mixed", "hybrid", "hybrid-lower", "half", "with-a-blank"]
KEYS = [CLASSICAL, CLASSICAL.lower(), CLASSICAL.title(), HYBRID, HYBRID.lower(), CLASSICAL[:40], f" {CLASSICAL}"]


def held(text: str, key: str) -> bool:
    """Whether anything of the secret part stands in it."""
    secret = key.strip().lower().removeprefix("age-secret-key-").removeprefix("pq-")
    return secret[:12] in text.lower()


@pytest.mark.parametrize("key", KEYS, ids=NAMES)
def test_it_is_no_recipient_and_no_path(segl: Segl, case: str, tmp_path: Path, key: str) -> None:
    out = tmp_path / "a.segl.age"
    done = segl("seal", case, "--for", "police", "--to", key, "-o", out, "--lang", "da", unlock=False, code=2)
    assert "hemmelig nøgle" in done.err
    assert "age1" in done.err
    assert not held(done.out + done.err, key)
    assert not out.exists()
    done = segl("seal", case, "--for", "police", "--to", key, "-o", out, "--json", unlock=False, code=2)
    assert not held(done.out + done.err, key)


@pytest.mark.parametrize("key", KEYS, ids=NAMES)
def test_it_is_no_file_of_keys(segl: Segl, tmp_path: Path, key: str) -> None:
    bundle = tmp_path / "a.segl.age"
    bundle.write_bytes(b"age-encryption.org/v1\n")
    for options in (["--identity", key], ["--identity", f"./{key}"], ["--signer", key], ["--revoked", key]):
        done = segl("open", bundle, *options, "--lang", "da", unlock=False, code=2)
        assert not held(done.out + done.err, key)
        assert "cannot" not in done.err
        assert ("hemmelig nøgle" in done.err) is not options[1].startswith("./")
    for words in (["open", key], ["import", key], ["backup", f"{tmp_path}/væk/{key}"], ["receipt", "take", key], [key]):
        done = segl(*words, unlock=False, fds={"--vault-passphrase-fd": segl.passphrase}, code=None)
        assert done.code != 0
        assert not held(done.out + done.err, key)


def test_in_a_file_of_recipients_it_is_said_to_be_one(segl: Segl, case: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(f"# nøgle\n{CLASSICAL}\n", encoding="utf-8")
    done = segl("seal", case, "--for", "police", "--to", keys, "-o", tmp_path / "a", "--lang", "da", code=2)
    assert "hemmelig nøgle" in done.err
    assert not held(done.out + done.err, CLASSICAL)


@pytest.mark.parametrize("key", KEYS, ids=NAMES)
@pytest.mark.parametrize("option", ["-r", "-R", "-i", "-o", ""])
def test_nor_does_the_age_command_repeat_it(
    key: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plain").write_bytes(b"age")
    to = ["-r", str(X25519Identity(bytes(range(32))).recipient)]
    options = {
        "-r": ["-r", key, "-o", "out", "plain"],
        "-R": ["-R", key, "-o", "out", "plain"],
        "-i": ["-d", "-i", key, "plain"],
        "-o": [*to, "-o", f"missing/{key}", "plain"],
        "": [*to, "-o", "out", key],
    }[option]
    assert main(options) == 1
    said = capsys.readouterr().err
    assert not held(said, key)
    assert said.startswith("age-secret-key-given: " if option in ("-r", "-R", "-i") else "error: ")
