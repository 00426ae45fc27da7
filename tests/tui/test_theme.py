from __future__ import annotations

from itertools import product

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui.theme import ANSI, DARK, HIGH_CONTRAST, THEMES, choose

GROUNDS = ("background", "surface", "panel")
INKS = ("foreground", "text-muted", "primary", "accent", "warning", "error", "success")
PAIRS = (
    ("block-cursor-foreground", "block-cursor-background"),
    ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
    ("text-muted", "block-cursor-blurred-background"),
    ("background", "accent"),
    ("background", "warning"),
    ("foreground", "input-selection-background"),
)


def colour(theme: Theme, name: str) -> Color:
    """A colour of a theme by its name."""
    return Color.parse(theme.variables.get(name) or getattr(theme, name))


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2.2."""

    def light(color: Color) -> float:
        parts = [part / 255 for part in color.rgb]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((light(one), light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_stands_out_from_its_ground(theme: Theme) -> None:
    least = 7.0 if theme is HIGH_CONTRAST else 4.5
    for ink, ground in [*product(INKS, GROUNDS), *PAIRS]:
        found = contrast(colour(theme, ink), colour(theme, ground))
        assert found >= least, f"{ink} on {ground}: {found:.1f}"
    for line in ("border", "border-blurred"):
        assert contrast(colour(theme, line), colour(theme, "surface")) >= 3, line


def test_control_a_theme_of_textuals_does_not_pass() -> None:
    light = BUILTIN_THEMES["textual-light"]
    assert contrast(colour(light, "warning"), Color.parse("#e0e0e0")) < 4.5


def test_the_theme_that_is_chosen() -> None:
    assert choose({"NO_COLOR": "1"}, "segl-light") == ANSI
    assert choose({"NO_COLOR": ""}, "segl-light") == "segl-light"
    assert choose({}, "nonsense") == DARK.name
