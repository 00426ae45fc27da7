"""Sealing and opening a whole file in one call."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from store.age.blocks import Reads, Writes
from store.age.header import RandomBytes
from store.age.keys import Identity, Recipient


def encrypt(
    source: Reads,
    sink: Writes,
    recipients: Sequence[Recipient],
    *,
    armored: bool = False,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    random_bytes: RandomBytes = os.urandom,
) -> None:
    """Seal everything that `source` has to `recipients`. See `EncryptingWriter` for the arguments.

    Raises:
        RecipientsRefused: none, or some that must not be together.
        SealCancelled: `cancelled` said so; what was written has no end.
        OSError: the source or the sink failed.
    """
    from store.age.writer import EncryptingWriter

    with EncryptingWriter(
        sink, recipients, armored=armored, progress=progress, cancelled=cancelled, random_bytes=random_bytes
    ) as writer:
        writer.write_from(source)


def decrypt(
    source: Reads,
    sink: Writes,
    identities: Sequence[Identity],
    *,
    armored: bool | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Open a file with one of `identities`. See `DecryptingReader` for the arguments.

    On a failure the sink has got exactly what verified before it: it is for the caller to use none of that.

    Raises:
        AgeError: one of the five classes.
        SealCancelled: `cancelled` said so.
        OSError: the source or the sink failed.
    """
    from store.age.reader import DecryptingReader

    with DecryptingReader(source, identities, armored=armored, progress=progress, cancelled=cancelled) as reader:
        reader.read_into(sink)
