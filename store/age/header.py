"""The header of an age file: version line, recipient stanzas, MAC (age.md, section 'Header'). One way to write a thing.

The bytes that were read are the bytes the MAC is computed over; nothing is written anew to be compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from store.age.encoding import base64_decode, base64_encode
from store.age.errors import HeaderFailure, HmacFailure

FILE_KEY_SIZE: Final = 16
WRAPPED_SIZE: Final = FILE_KEY_SIZE + 16
"""Bytes of a wrapped file key: anything else is refused before it is tried (partitioning oracles)."""
VERSION_LINE: Final = b"age-encryption.org/v1\n"
MAX_HEADER_SIZE: Final = 2 * 1024 * 1024
"""Bytes. A thousand hybrid stanzas of 1.6 kB fit."""
MAX_STANZAS: Final = 1000

_COLUMNS: Final = 64
_ARGUMENTS: Final = re.compile(rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*\n")
_MAC_LINE: Final = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """One recipient stanza: the file key wrapped once (age.md, section 'Recipient stanza').

    Attributes:
        arguments: at least one; the first names the type. Visible ASCII only.
        body: the wrapped file key, any length.
    """

    arguments: tuple[str, ...]
    body: bytes

    @property
    def type(self) -> str:
        """The first argument: `X25519`, `scrypt`, `mlkem768x25519`, or something of others."""
        return self.arguments[0]

    def encode(self) -> bytes:
        """The stanza as it stands in a file; the last line of the body is short, and empty if need be."""
        lines = ["-> " + " ".join(self.arguments)]
        body = base64_encode(self.body).decode("ascii")
        lines += [body[start : start + _COLUMNS] for start in range(0, len(body) + 1, _COLUMNS)]
        return ("\n".join(lines) + "\n").encode("ascii")


def share_and_body(stanza: Stanza, *, name: str, share_size: int) -> tuple[bytes, bytes]:
    """What a stanza to a public key holds: the sender's share, its one argument, and the wrapped file key.

    Raises:
        HeaderFailure: it is malformed; `name`, such as `an X25519 stanza`, is what it is called then.
    """
    if len(stanza.arguments) != 2:
        raise HeaderFailure(f"{name} has two arguments")
    try:
        share = base64_decode(stanza.arguments[1].encode("ascii"))
    except ValueError as error:
        raise HeaderFailure(f"the share of {name} is malformed: {error}") from None
    if len(share) != share_size:
        raise HeaderFailure(f"the share of {name} is not {share_size} bytes")
    if len(stanza.body) != WRAPPED_SIZE:
        raise HeaderFailure(f"the body of {name} is not {WRAPPED_SIZE} bytes")
    return share, stanza.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header that was parsed.

    Attributes:
        stanzas: in the order they stand.
        authenticated: the exact bytes under the MAC, up to and including `---`.
        mac: 32 bytes.
    """

    stanzas: tuple[Stanza, ...]
    authenticated: bytes
    mac: bytes

    @property
    def needs_passphrase(self) -> bool:
        """Whether a passphrase, and nothing else, opens the file."""
        return self.stanzas[0].type == "scrypt"

    def verify(self, file_key: bytes) -> None:
        """Check the MAC under the file key that a stanza gave.

        Raises:
            HmacFailure: the header is not the one that was sealed.
        """
        from cryptography.hazmat.primitives.constant_time import bytes_eq

        if not bytes_eq(header_mac(file_key, self.authenticated), self.mac):
            raise HmacFailure("the header MAC does not match")


def hkdf_sha256(key: bytes, *, salt: bytes | None, info: bytes) -> bytes:
    """HKDF-SHA-256, 32 bytes (RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def header_mac(file_key: bytes, authenticated: bytes) -> bytes:
    """HMAC-SHA-256 over the header up to and including `---` (age.md, section 'Header MAC')."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.hmac import HMAC

    mac = HMAC(hkdf_sha256(file_key, salt=None, info=b"header"), SHA256())
    mac.update(authenticated)
    return mac.finalize()


def encode_header(file_key: bytes, stanzas: Sequence[Stanza]) -> bytes:
    """The header that a new file begins with, its MAC included."""
    authenticated = VERSION_LINE + b"".join(stanza.encode() for stanza in stanzas) + b"---"
    return authenticated + b" " + base64_encode(header_mac(file_key, authenticated)) + b"\n"


class HeaderParser:
    """Takes the beginning of a file piece by piece, line by line, and stops where the payload begins.

    A header too long, or with too many stanzas, is refused while it is being read.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._line_start = 0
        self._searched = 0
        self._version_seen = False
        self._arguments: tuple[str, ...] | None = None
        self._body = bytearray()
        self._stanzas: list[Stanza] = []

    def feed(self, data: bytes) -> tuple[Header, bytes] | None:
        """Take more bytes; an empty `data` means that there are no more.

        Returns:
            The header and the first bytes of the payload that came with it, or None if more is needed.

        Raises:
            HeaderFailure: the header is malformed, too long or ends too early.
        """
        if not data:
            raise HeaderFailure("the file ends inside the header")
        self._buffer += data
        while (end := self._buffer.find(b"\n", self._searched)) >= 0:
            if end >= MAX_HEADER_SIZE:
                break
            line = bytes(self._buffer[self._line_start : end + 1])
            mac = self._take(line)
            if mac is not None:
                authenticated = bytes(self._buffer[: self._line_start + 3])
                header = Header(stanzas=tuple(self._stanzas), authenticated=authenticated, mac=mac)
                return header, bytes(self._buffer[end + 1 :])
            self._line_start = self._searched = end + 1
        if len(self._buffer) >= MAX_HEADER_SIZE:
            raise HeaderFailure(f"the header is longer than {MAX_HEADER_SIZE} bytes")
        self._searched = len(self._buffer)
        if not self._version_seen and not VERSION_LINE.startswith(self._buffer[: len(VERSION_LINE)]):
            raise HeaderFailure("the first line is not the version line of age v1")
        return None

    def _take(self, line: bytes) -> bytes | None:
        if not self._version_seen:
            if line != VERSION_LINE:
                raise HeaderFailure("the first line is not the version line of age v1")
            self._version_seen = True
        elif self._arguments is not None:
            self._take_body(line)
        elif line.startswith(b"---"):
            return self._mac_of(line)
        else:
            if _ARGUMENTS.fullmatch(line) is None:
                raise HeaderFailure("a stanza does not begin as one")
            if len(self._stanzas) >= MAX_STANZAS:
                raise HeaderFailure(f"the header has more than {MAX_STANZAS} stanzas")
            self._arguments = tuple(line[3:-1].decode("ascii").split(" "))
        return None

    def _take_body(self, line: bytes) -> None:
        assert self._arguments is not None
        if len(line) - 1 > _COLUMNS:
            raise HeaderFailure("a line of a stanza's body is too long")
        try:
            self._body += base64_decode(line[:-1])
        except ValueError as error:
            raise HeaderFailure(f"a stanza's body is malformed: {error}") from None
        if len(line) - 1 < _COLUMNS:
            self._stanzas.append(Stanza(arguments=self._arguments, body=bytes(self._body)))
            self._arguments = None
            self._body.clear()

    def _mac_of(self, line: bytes) -> bytes:
        match = _MAC_LINE.fullmatch(line)
        if match is None:
            raise HeaderFailure("the MAC line is malformed")
        if not self._stanzas:
            raise HeaderFailure("the header has no stanza")
        try:
            return base64_decode(match[1])
        except ValueError as error:
            raise HeaderFailure(f"the MAC is malformed: {error}") from None
