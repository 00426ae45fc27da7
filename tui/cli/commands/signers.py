"""Whose signature counts: the keys that somebody gives with `--signer` and `--revoked`."""

from __future__ import annotations

import re
from typing import Final

from guidance.language import _
from tui.cli.commands.recipients import text_of
from tui.cli.failures import InputNotReadable

_NAMESPACES: Final = re.compile(r'namespaces="[^"]*"', re.IGNORECASE)


def _for_bundles(option: str) -> bool:
    """Whether `namespaces="..."` names bundles; patterns and what they take out again are not looked at."""
    from store.bundle.bag import NAMESPACE

    names = option.partition('"')[2].rstrip('"').split(",")
    return NAMESPACE in names and not any(name.startswith("!") for name in names)


def signers_in(path: str, option: str) -> dict[str, str]:
    """The keys of an OpenSSH public key file, an allowed_signers file or the kit's page: fingerprint -> name.

    The name is empty where none came with the key: that of a bundle's or a kit's allowed_signers stands for nobody.

    Source: ssh-keygen(1), ALLOWED SIGNERS. A line for other namespaces says nothing about bundles and is left out;
    options that limit a key in ways that are not looked at here are refused rather than overlooked.
    """
    from store import sshsig
    from store.bundle.bag import PRINCIPAL
    from store.bundle.reader_kit import KeyPageDamaged, read_key_page

    text = text_of(path, option).removeprefix("\ufeff")
    try:
        page = read_key_page(text)
    except KeyPageDamaged:
        raise InputNotReadable(option, _("the key and the fingerprint in it do not belong together")) from None
    if page is not None:
        return {page.fingerprint: page.name}
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        before, kind, rest = line.partition("ssh-ed25519 ")
        words = before.split()
        if not kind or not all(_NAMESPACES.fullmatch(word) for word in words[1:]):
            raise InputNotReadable(option, _("line {number} is no key that can be used").format(number=number))
        if not all(_for_bundles(word) for word in words[1:]):
            continue
        key, comment = sshsig.parse_public_key_line(kind + rest)
        name = words[0] if words else comment
        found[sshsig.fingerprint(key)] = "" if name == PRINCIPAL else name
    if not found:
        raise InputNotReadable(option, _("there is no key in it"))
    return found
