"""Amounts in words, in the current language: bytes, and how long something will still take."""

from __future__ import annotations

from guidance.language import _, current_language, ngettext


def size(count: int | None) -> str:
    """A number of bytes in words; `None` is a size nobody knows."""
    if count is None:
        return _("size unknown")
    from babel.numbers import format_decimal

    amount, unit = float(count), "B"
    for bigger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, bigger
    locale = "da_DK" if current_language() == "da" else "en_GB"
    return f"{format_decimal(amount, format='#,##0' if unit == 'B' else '#,##0.0', locale=locale)} {unit}"


def duration(seconds: float) -> str:
    """A time that something will still take, in words: rounded up, so that it is kept."""
    whole = int(seconds) + 1
    if whole < 120:
        return ngettext("{count} second", "{count} seconds", whole).format(count=whole)
    minutes = -(-whole // 60)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
