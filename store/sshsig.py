"""OpenSSH signatures by Ed25519 keys, as `ssh-keygen -Y sign` makes and `-Y verify` checks them (PROTOCOL.sshsig)."""

from __future__ import annotations

import binascii
import hashlib
import re
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.ed25519 import KEY_SIZE, verifies

_KEY_TYPE: Final = b"ssh-ed25519"
_SIGNATURE_SIZE: Final = 64
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = (1).to_bytes(4, "big")
_HASH: Final = b"sha512"
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"
_COLUMNS: Final = 70
_MAX_ARMOR: Final = 4096
_WORD: Final = re.compile(r"[A-Za-z0-9._@+/:-]+")


class SignatureMalformed(SeglError):
    """A text that is no Ed25519 signature of OpenSSH, or not written the one way.

    Attributes:
        detail: what was wrong, for developers.
    """

    code = "signature-malformed"
    exit_code = ExitCode.INTEGRITY

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The signature cannot be read: it is damaged or of another kind."),
            safe=_("Who signed is unknown until this is cleared up."),
            todo=_("Ask the sender for the file once more."),
        )


class SignatureInvalid(SeglError):
    """A signature that is well formed and does not hold for this message and purpose.

    Attributes:
        detail: what did not fit, for developers.
    """

    code = "signature-invalid"
    exit_code = ExitCode.INTEGRITY

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_(
                "The signature does not hold: the content was changed, or somebody else's signature was put on it."
            ),
            safe=_("Trust nothing of the content."),
            todo=_("Ask the sender for the file once more, and tell them about it."),
        )


class PublicKeyMalformed(SeglError):
    """A line that is no Ed25519 public key of OpenSSH.

    Attributes:
        detail: what was wrong, for developers.
    """

    code = "public-key-malformed"
    exit_code = ExitCode.USAGE

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("This is not a signing key that can be used."),
            todo=_("A signing key begins with ssh-ed25519 and is copied whole, on one line."),
        )


def sign(private_key: Ed25519PrivateKey, message: bytes, *, namespace: str) -> str:
    """Sign a message for one purpose.

    Args:
        private_key: the signer's.
        message: any bytes; its SHA-512 is what is signed.
        namespace: the purpose, not empty; a signature for one is none for another.

    Returns:
        The armored signature, ending with a line feed.
    """
    public = _key_blob(private_key.public_key().public_bytes_raw())
    signature = _string(_KEY_TYPE) + _string(private_key.sign(_signed_data(message, namespace)))
    blob = (
        _MAGIC
        + _VERSION
        + _string(public)
        + _string(namespace.encode())
        + _string(b"")
        + _string(_HASH)
        + _string(signature)
    )
    text = binascii.b2a_base64(blob, newline=False).decode("ascii")
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return "\n".join([_BEGIN, *lines, _END]) + "\n"


def verify(signature: str, message: bytes, *, namespace: str) -> bytes:
    """Check a signature, and say whose it is. Whether that key is trusted is for the caller to know.

    Args:
        signature: armored.
        message: what was signed.
        namespace: the purpose it must have been signed for.

    Returns:
        The 32-byte Ed25519 public key that made it.

    Raises:
        SignatureMalformed: not an Ed25519 signature of version 1 over SHA-512, or data follows it.
        SignatureInvalid: another message, another purpose, or not made by the key it names.
    """
    fields = _Fields(_unarmored(signature))
    if fields.take(len(_MAGIC)) != _MAGIC:
        raise SignatureMalformed("no SSHSIG")
    if fields.take(4) != _VERSION:
        raise SignatureMalformed("another version")
    public_key = _parse_key_blob(fields.string())
    signed_namespace = fields.string()
    if fields.string() != b"":
        raise SignatureMalformed("the reserved field is not empty")
    if fields.string() != _HASH:
        raise SignatureMalformed("another hash than SHA-512")
    inner = _Fields(fields.string())
    fields.finish()
    if inner.string() != _KEY_TYPE:
        raise SignatureMalformed("the signature is of another type than the key")
    raw = inner.string()
    inner.finish()
    if len(raw) != _SIGNATURE_SIZE:
        raise SignatureMalformed("the signature is not 64 bytes")
    if signed_namespace != namespace.encode():
        raise SignatureInvalid("made for another namespace")
    if not verifies(public_key, raw, _signed_data(message, namespace)):
        raise SignatureInvalid("the signature is not over this message by this key")
    return public_key


def public_key_line(public_key: bytes, comment: str = "") -> str:
    """A public key as OpenSSH writes it: `ssh-ed25519 AAAA... comment`, without a line end.

    Raises:
        ValueError: the key is not 32 bytes, or the comment has a control character in it.
    """
    if any(not character.isprintable() for character in comment):
        raise ValueError("a comment is one line of printable characters")
    line = f"{_KEY_TYPE.decode()} {binascii.b2a_base64(_key_blob(public_key), newline=False).decode('ascii')}"
    return f"{line} {comment}" if comment else line


def parse_public_key_line(line: str) -> tuple[bytes, str]:
    """Read what `public_key_line` writes.

    Returns:
        The 32-byte key and the comment.

    Raises:
        PublicKeyMalformed: another type, a slip, or several lines.
    """
    line = line.strip(" \t\r\n")
    if "\n" in line or "\r" in line:
        raise PublicKeyMalformed("several lines")
    kind, _space, rest = line.partition(" ")
    text, _space, comment = rest.strip(" ").partition(" ")
    if kind != _KEY_TYPE.decode():
        raise PublicKeyMalformed("not an ssh-ed25519 key")
    try:
        blob = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
        key = _parse_key_blob(blob)
    except (binascii.Error, UnicodeEncodeError, SignatureMalformed):
        raise PublicKeyMalformed("the key is damaged") from None
    if binascii.b2a_base64(blob, newline=False).decode("ascii") != text:
        raise PublicKeyMalformed("base64 is not canonical")
    return key, comment.strip(" ")


def fingerprint(public_key: bytes) -> str:
    """The fingerprint that `ssh-keygen -l` shows: `SHA256:` and 43 characters of base64."""
    digest = hashlib.sha256(_key_blob(public_key)).digest()
    return "SHA256:" + binascii.b2a_base64(digest, newline=False).decode("ascii").rstrip("=")


def allowed_signers_line(principal: str, namespace: str, public_key: bytes) -> str:
    """A line of an allowed signers file (ssh-keygen(1), 'ALLOWED SIGNERS'): this key, as this name, for one purpose.

    Raises:
        ValueError: the principal or the namespace has a character that means something in such a file.
    """
    if _WORD.fullmatch(principal) is None or _WORD.fullmatch(namespace) is None:
        raise ValueError("a principal and a namespace are one plain word each")
    return f'{principal} namespaces="{namespace}" {public_key_line(public_key)}'


def _signed_data(message: bytes, namespace: str) -> bytes:
    if not namespace:
        raise ValueError("a namespace is not empty")
    digest = hashlib.sha512(message).digest()
    return _MAGIC + _string(namespace.encode()) + _string(b"") + _string(_HASH) + _string(digest)


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _key_blob(public_key: bytes) -> bytes:
    if len(public_key) != KEY_SIZE:
        raise ValueError("an Ed25519 public key is 32 bytes")
    return _string(_KEY_TYPE) + _string(public_key)


def _parse_key_blob(blob: bytes) -> bytes:
    fields = _Fields(blob)
    if fields.string() != _KEY_TYPE:
        raise SignatureMalformed("not an ssh-ed25519 key")
    key = fields.string()
    fields.finish()
    if len(key) != KEY_SIZE:
        raise SignatureMalformed("an Ed25519 key is 32 bytes")
    return key


def _unarmored(text: str) -> bytes:
    if len(text) > _MAX_ARMOR:
        raise SignatureMalformed("too long")
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise SignatureMalformed("no SSH signature in text form")
    body = "".join(lines[1:-1])
    if any(len(line) != len(lines[1]) for line in lines[2:-2]) or not 0 < len(lines[-2]) <= len(lines[1]):
        raise SignatureMalformed("lines of different lengths")
    try:
        blob = binascii.a2b_base64(body.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise SignatureMalformed("not base64") from None
    if binascii.b2a_base64(blob, newline=False).decode("ascii") != body:
        raise SignatureMalformed("base64 is not canonical")
    return blob


class _Fields:
    """Reads the fields of the wire format (RFC 4251, section 5) one by one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def take(self, size: int) -> bytes:
        end = self._place + size
        if end > len(self._data):
            raise SignatureMalformed("a field is cut short")
        taken = self._data[self._place : end]
        self._place = end
        return taken

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4), "big"))

    def finish(self) -> None:
        if self._place != len(self._data):
            raise SignatureMalformed("something follows the last field")
