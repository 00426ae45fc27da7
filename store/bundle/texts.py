"""The texts that go with a bundle: VERIFY inside it, how-to-open beside it, each in both languages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from guidance.language import LANGUAGES, _
from store.age.keys import HYBRID_SINCE, is_hybrid
from store.bundle.visible import one_line

_WORDS: Final = Path(__file__).with_name("words")


_PAPER: Final = {
    "da": (
        "   data/report.pdf         det samme på papir",
        "   (data/report.pdf er her ikke: sagen er for lang til det; udskriv report.html)",
    ),
    "en": (
        "   data/report.pdf         the same on paper",
        "   (there is no data/report.pdf: the case is too long for one; print report.html)",
    ),
}
"""What VERIFY says of the paper where there is one, and where there is none."""


_HYBRID: Final = {
    "da": (
        "   Filen er forseglet til en kvantesikker nøgle (age1pq...): der skal age {since} eller nyere\n"
        '   til. "age --version" viser, hvad du har; mange pakker er ældre (Debian 12 har 1.1.1), og\n'
        '   de melder "unknown identity type". Den nyeste er på github.com/FiloSottile/age.\n'
    ),
    "en": (
        "   The file is sealed to a post-quantum key (age1pq...): it takes age {since} or newer.\n"
        '   "age --version" shows what you have; many packages are older (Debian 12 has 1.1.1), and\n'
        '   they report "unknown identity type". The newest is on github.com/FiloSottile/age.\n'
    ),
}
"""What the text beside a bundle says of age where an older one can't open it."""


def age_since(recipients: Iterable[str]) -> str | None:
    """The first release of age that opens a bundle for these; None where any does."""
    return HYBRID_SINCE if any(is_hybrid(one) for one in recipients) else None


def needs_newer_age(since: str) -> str:
    """What is to be said to who seals one that not every age opens, in the current language."""
    return _(
        "It is sealed to a post-quantum key (age1pq...). Without Segl that takes age {since} or newer, and many "
        "packages are older (Debian 12 has 1.1.1): tell the recipient so."
    ).format(since=since)


def verify_texts(*, fingerprint: str, paper: bool = True) -> dict[str, bytes]:
    """`VERIFY.da.txt` and `VERIFY.en.txt`.

    Args:
        fingerprint: the signer's.
        paper: whether `data/report.pdf` is in the bundle.
    """
    return {
        f"VERIFY.{language}.txt": _fill(
            f"VERIFY.{language}.txt", fingerprint=fingerprint, paper=_PAPER[language][0 if paper else 1]
        )
        for language in LANGUAGES
    }


def open_me_texts(
    *, file: str, name: str, digest: str, fingerprint: str, recipients: Iterable[str]
) -> dict[str, bytes]:
    """Language -> the text beside the sealed file. No fact of the case is in it.

    Args:
        file: name of the sealed file.
        name: of the folder that comes out.
        digest: `sha256:<hex>` of the sealed file.
        fingerprint: the signer's.
        recipients: to whom it is sealed; none where a passphrase opens it.
    """
    recipients = tuple(recipients)
    since = age_since(recipients)
    file = one_line(file)
    quoted = {"file": file, "posix": _posix(file), "cmd": _cmd(file), "powershell": _powershell(file)}
    how = _fill("with-key.txt" if recipients else "with-passphrase.txt", name=name, **quoted).decode("utf-8")
    return {
        language: _fill(
            f"open-me.{language}.txt",
            **quoted,
            name=name,
            digest=digest.removeprefix("sha256:"),
            fingerprint=fingerprint,
            how=how.rstrip("\n"),
            age="\n" + _HYBRID[language].format(since=since) if since else "",
            line="=" * 40,
        )
        for language in LANGUAGES
    }


def _posix(name: str) -> str:
    """A name for a POSIX shell: in double quotes, as people know it, where nothing in it would be taken for more."""
    name = _as_path(name, "./")
    return shlex.quote(name) if set(name) & set('"$`\\!') else f'"{name}"'


def _cmd(name: str) -> str:
    """A name for the command prompt of Windows."""
    return '"' + _as_path(name, ".\\") + '"'


def _powershell(name: str) -> str:
    """A name for PowerShell, where only an apostrophe means more within apostrophes (about_Quoting_Rules)."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", _as_path(name, ".\\")) + "'"


def _as_path(name: str, here: str) -> str:
    """The name so that no program takes it for an option."""
    return f"{here}{name}" if name.startswith("-") else name


def _fill(template: str, **values: str) -> bytes:
    text = (_WORDS / template).read_text(encoding="utf-8")
    return text.format(**values).encode("utf-8", "replace")
