"""What trying a passphrase costs, in words: said before it is done."""

from __future__ import annotations

from guidance.language import _
from store.age.scrypt import WORK_FACTOR


def seconds(work_factor: int) -> int:
    """About how long it takes on an ordinary PC of today: each step of the factor doubles it."""
    return 1 << max(0, work_factor - WORK_FACTOR)


def memory_words(work_factor: int) -> str:
    """How much memory it takes: exactly 128 times r = 8 times 2 to the work factor bytes (RFC 7914, section 5)."""
    mebibytes = 1 << max(0, work_factor - 10)
    return f"{mebibytes >> 10} GiB" if mebibytes >= 1024 else f"{mebibytes} MiB"


def cost_words(work_factor: int) -> str:
    """The sentence for a person; of a factor above the usual one."""
    return _(
        "To try the passphrase of this file takes about {seconds} seconds and {memory} of memory, more than usual."
    ).format(seconds=seconds(work_factor), memory=memory_words(work_factor))
