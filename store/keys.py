"""The keys of this installation: one signing key (Ed25519) and one reading key (age X25519), kept in the vault only.

Nothing here hands a private key to a screen: entries, checkpoints and bundles are signed through `DeviceKey`, and the
age identity goes to the code of the store that opens bundles.
"""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store import sshsig
from store.age.x25519 import X25519Identity, generate_x25519
from store.database import Connection
from store.entry import write_time


class DeviceKey:
    """The signing key of one installation.

    Attributes:
        device: the public key, 64 hex digits; how the journal names the installation.
    """

    __slots__ = ("_private", "device")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.device = private.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes."""
        return self._private.sign(message)

    def sign_document(self, message: bytes, *, namespace: str) -> str:
        """An armored SSHSIG, which `ssh-keygen -Y verify` checks."""
        return sshsig.sign(self._private, message, namespace=namespace)

    def __repr__(self) -> str:
        return f"DeviceKey({self.device[:8]}, ****)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled")


def make_keys(connection: Connection, now: datetime) -> tuple[DeviceKey, str]:
    """Make the keys of this installation and keep them in the vault; the newest are the ones in use.

    Returns:
        The signing key and the age recipient.
    """
    private = Ed25519PrivateKey.generate()
    key = DeviceKey(private)
    connection.execute(
        "INSERT INTO device_key (device, private, made_at) VALUES (?, ?, ?)",
        (key.device, private.private_bytes_raw(), write_time(now)),
    )
    identity = generate_x25519()
    recipient = identity.recipient.encode()
    connection.execute(
        "INSERT INTO age_identity (recipient, secret, made_at) VALUES (?, ?, ?)",
        (recipient, identity.encode().reveal().decode(), write_time(now)),
    )
    return key, recipient


def device_key(connection: Connection) -> DeviceKey | None:
    """The signing key in use; None before set-up."""
    row = connection.execute("SELECT private FROM device_key ORDER BY number DESC LIMIT 1").fetchone()
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(row[0])) if row else None


def earlier_key(connection: Connection, device: str) -> DeviceKey | None:
    """A signing key that this vault has or had, None where it never did; only the newest signs entries."""
    private = own_devices(connection).get(device)
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(private)) if private else None


def own_devices(connection: Connection) -> dict[str, bytes]:
    """Every signing key this vault has had: public key in hex, private key as kept."""
    return dict(connection.execute("SELECT device, private FROM device_key ORDER BY number").fetchall())


def recipient(connection: Connection) -> str:
    """The age recipient in use; empty before set-up."""
    row = connection.execute("SELECT recipient FROM age_identity ORDER BY number DESC LIMIT 1").fetchone()
    return row[0] if row else ""


def identities(connection: Connection) -> tuple[X25519Identity, ...]:
    """The age identities of this counsellor, newest first."""
    rows = connection.execute("SELECT secret FROM age_identity ORDER BY number DESC").fetchall()
    return tuple(X25519Identity.parse(secret) for (secret,) in rows)


def ssh_line(device: str) -> str:
    """The public key as OpenSSH writes it, with a comment that names nobody."""
    return sshsig.public_key_line(bytes.fromhex(device), f"segl-{device[:8]}")


def fingerprint(device: str) -> str:
    """`SHA256:...` of a public key, as `ssh-keygen -l` prints it."""
    return sshsig.fingerprint(bytes.fromhex(device))
