"""How keys are written for people. Keys a Danish keyboard reaches only by AltGr are bound nowhere."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from guidance.language import N_, _

NOT_ON_DANISH_KEYBOARDS: Final = frozenset(
    {
        "at",
        "left_square_bracket",
        "right_square_bracket",
        "left_curly_bracket",
        "right_curly_bracket",
        "vertical_line",
        "backslash",
        "slash",
        "tilde",
        "circumflex_accent",
        "grave_accent",
        "dollar_sign",
    }
)
"""Textual's names of keys that need AltGr, a dead key, or another hand on a Danish keyboard."""

_NAMES: Final = {
    "escape": "Esc",
    "enter": "Enter",
    "space": N_("Space"),
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "delete": "Del",
    "backspace": "Backspace",
    "insert": "Ins",
    "plus": "+",
    "minus": "-",
    "comma": ",",
    "full_stop": ".",
}
_MODIFIERS: Final = {"ctrl": "Ctrl", "shift": "Shift", "alt": "Alt"}


def key_display(binding: Binding) -> str:
    """A key as it is written on keyboards: `F1`, `Ctrl+L`, `Esc`, `n`."""
    if binding.key_display:
        return binding.key_display
    modifiers, key = binding.parse_key()
    name = _NAMES.get(key, key)
    if name == "Space":
        name = _(name)
    if (len(key) > 1 and key[0] == "f" and key[1:].isdigit()) or (modifiers and len(key) == 1):
        name = key.upper()
    return "+".join([*(_MODIFIERS.get(modifier, modifier) for modifier in modifiers), name])
