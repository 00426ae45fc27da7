"""The lines for Windows in VERIFY and in the text beside a bundle: each shell has its own, and none has the other's.

Neither shell is here to run them; what can be read of a line without one is.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from guidance.language import LANGUAGES
from store.bundle.texts import open_me_texts, verify_texts
from tests.store.bundle.invented import BIRGIT, POLICE_RECIPIENT
from tests.tools import find, need

WORDS = {"STI-TIL-DENNE-MAPPE": "PATH-TO-THIS-FOLDER", '"FIL"': '"FILE"'}
CMDLETS = {"Get-Content", "Get-ChildItem", "Get-FileHash", "ForEach-Object", "Where-Object", "Remove-Item"}
PROGRAMS = {
    "cmd": {"age.exe", "certutil", "ssh-keygen", "for", "@certutil"},
    "PowerShell": {".\\age.exe", "cmd", "(", "$listed"},
}


def texts(*, file: str = "SAG.segl.age", passphrase: bool = False) -> dict[str, str]:
    """Language -> VERIFY and what lies beside the bundle, one behind the other."""
    verify = verify_texts(fingerprint=BIRGIT.fingerprint)
    recipients = () if passphrase else (POLICE_RECIPIENT,)
    beside = open_me_texts(
        file=file, name="SAG", digest=f"sha256:{'0' * 64}", fingerprint=BIRGIT.fingerprint, recipients=recipients
    )
    return {one: (verify[f"VERIFY.{one}.txt"] + beside[one]).decode() for one in LANGUAGES}


def lines_for(shell: str, text: str) -> list[str]:
    """The commands for one shell: behind its name, or below it and further in."""
    found, inside = [], False
    for line in text.splitlines():
        told = re.fullmatch(r"   Windows \((cmd|PowerShell)\)(.*)", line)
        if told is not None:
            inside = told[1] == shell
            command = re.fullmatch(r": +(\S.*)", told[2])
            found += [command[1]] if inside and command else []
        elif inside and line.startswith("      "):
            found.append(line.strip())
        else:
            inside = False
    for danish, english in WORDS.items():
        found = [line.replace(danish, english) for line in found]
    return found


def without_strings(shell: str, line: str) -> str:
    return re.sub(r'"[^"]*"' if shell == "cmd" else r"\"[^\"]*\"|'(?:[^']|'')*'", "_", line)


def faults(shell: str, line: str) -> list[str]:
    """What the shell would not take, or would take for something else."""
    bare = without_strings(shell, line)
    found = [f"{quote} left open" for quote in "\"'" if quote in bare]
    found += [f"unfilled: {one}" for one in re.findall(r"\{\{|\}\}|\{[a-z_]+\}", line.replace("}}", "} }")) if one]
    found += [f"{pair} out of balance" for pair in ("{}", "()") if bare.count(pair[0]) != bare.count(pair[1])]
    if shell == "PowerShell":
        # 5.1, which is part of Windows, has neither && nor <; %x is of cmd.
        found += [f"of cmd: {one}" for one in re.findall(r"&&|\|\||<|%\w|\bfor /f|\bdel\b|\bfindstr\b|>nul", bare)]
        found += [f"no cmdlet: {one}" for one in re.findall(r"\b[A-Z][a-z]+-[A-Z]\w+", bare) if one not in CMDLETS]
    else:
        found += [f"of PowerShell: {one}" for one in re.findall(r"\$|`|;|'|\b[A-Z][a-z]+-[A-Z]\w+|\.\\", bare)]
    first = re.match(r"\(|\S+", line)
    if first is None or first[0] not in PROGRAMS[shell] | (CMDLETS if shell == "PowerShell" else set()):
        found.append(f"begins with {first and first[0]}")
    return found


@pytest.mark.parametrize("passphrase", [True, False])
@pytest.mark.parametrize("shell", PROGRAMS)
def test_each_shell_is_told_what_it_takes_in_both_languages(shell: str, passphrase: bool) -> None:
    danish, english = (lines_for(shell, text) for text in texts(passphrase=passphrase).values())
    assert danish == english
    assert len(english) == {"cmd": 7, "PowerShell": 7}[shell]
    assert [(line, found) for line in english if (found := faults(shell, line))] == []
    opening = next(line for line in english if "age.exe" in line)
    assert ("key.txt" in opening) is not passphrase
    assert opening.index("tar") < opening.index("tar xf") < opening.index("del " if shell == "cmd" else "Remove-Item")


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("PowerShell", r".\age.exe -d -o 'a.tar' 'a.age' && tar xf 'a.tar'"),
        ("PowerShell", "ssh-keygen -Y verify < tagmanifest-sha256.txt"),
        ("PowerShell", "Get-Content a | ForEach-Object { $_"),
        ("PowerShell", "Get-Content a | ForEach-Object {{ $_ }}"),
        ("PowerShell", "Get-Content {file}"),
        ("PowerShell", "Get-Content 'it's'"),
        ("PowerShell", "Get-Checksum a"),
        ("PowerShell", "age.exe -d 'a'"),
        ("cmd", "age.exe -d 'a.age'; if ($?) { tar xf a.tar }"),
        ("cmd", 'certutil -hashfile "a SHA256'),
        ("cmd", "Get-FileHash a"),
        ("cmd", r".\age.exe -d a"),
    ],
)
def test_control_a_line_of_the_other_shell_is_seen(shell: str, line: str) -> None:
    assert faults(shell, line)


def test_no_line_is_for_windows_alone_and_for_no_shell() -> None:
    for text in [*texts().values(), *texts(passphrase=True).values()]:
        assert not re.search(r"^ +Windows:", text, re.MULTILINE)
        assert "{" not in re.sub(r"^(?:      |   Windows \(PowerShell\)).*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    "file", ["SAG.segl.age", "en sag.segl.age", "$HOME `id`.segl.age", 'a"b\\!c.segl.age', "Bo's ’sag.segl.age"]
)
def test_a_name_that_a_shell_would_take_for_more_is_quoted(file: str, tmp_path: Path) -> None:
    need("bash", "sha256sum")
    (tmp_path / file).write_bytes(b"sealed")
    text = texts(file=file)["en"]
    [told] = re.findall(r"^   Linux: +(sha256sum .*segl.*)$", text, re.MULTILINE)
    bash = find("bash")
    assert bash is not None
    ran = subprocess.run([bash, "-c", told], cwd=tmp_path, capture_output=True, check=True)
    assert hashlib.sha256(b"sealed").hexdigest().encode() in ran.stdout
    hashing, opening = (
        next(line for line in lines_for("PowerShell", text) if line.startswith(part))
        for part in ("(Get-FileHash", ".\\age.exe")
    )
    for line in (hashing, opening):
        strings = [one.replace("''", "'") for one in re.findall(r"'((?:[^']|'')*)'", line)]
        assert file in [one.replace("’’", "’") for one in strings], line


def test_a_name_that_begins_with_a_dash_is_a_path_in_each_shell() -> None:
    text = texts(file="-sag.segl.age")["en"]
    for shell in PROGRAMS:
        named = [line for line in lines_for(shell, text) if "-sag.segl.age" in line]
        assert len(named) == 2
        assert all(re.search(r"""['"]\.\\-sag\.segl\.age['"]""", line) for line in named), named
        assert [found for line in named if (found := faults(shell, line))] == []
    assert 'segl open "./-sag.segl.age"' in text
