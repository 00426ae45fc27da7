"""The colours. Text on its ground is at least 4.5:1 in every theme (WCAG 2.2, 1.4.3), 7:1 in the high-contrast one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="segl-dark",
    dark=True,
    primary="#8ab8dc",
    secondary="#9cc7b8",
    accent="#e3b35f",
    foreground="#e4e8ec",
    background="#14191f",
    surface="#1a2129",
    panel="#242d37",
    success="#8fcf9f",
    warning="#eebc5c",
    error="#ff9b8f",
    variables={
        "text-muted": "#a9b4bf",
        "border": "#8ab8dc",
        "border-blurred": "#71808e",
        "input-selection-background": "#3d6a94",
        "block-cursor-background": "#8ab8dc",
        "block-cursor-foreground": "#10151a",
        "block-cursor-blurred-background": "#33414f",
        "block-cursor-blurred-foreground": "#e4e8ec",
    },
)

LIGHT: Final = Theme(
    name="segl-light",
    dark=False,
    primary="#1f5c8b",
    secondary="#2c6a57",
    accent="#8a5a00",
    foreground="#1b2229",
    background="#f6f4ef",
    surface="#fffdf8",
    panel="#e6e2d8",
    success="#1e6b34",
    warning="#7d5200",
    error="#a3271b",
    variables={
        "text-muted": "#4d5965",
        "border": "#1f5c8b",
        "border-blurred": "#7d8790",
        "input-selection-background": "#b9d4ea",
        "block-cursor-background": "#1f5c8b",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#d3dde6",
        "block-cursor-blurred-foreground": "#1b2229",
    },
)

HIGH_CONTRAST: Final = Theme(
    name="segl-high-contrast",
    dark=True,
    primary="#ffe14d",
    secondary="#7de3ff",
    accent="#ffe14d",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#7dff9b",
    warning="#ffd24d",
    error="#ff9d94",
    variables={
        "text-muted": "#d8d8d8",
        "border": "#ffe14d",
        "border-blurred": "#c0c0c0",
        "input-selection-background": "#004a8f",
        "block-cursor-background": "#ffe14d",
        "block-cursor-foreground": "#000000",
        "block-cursor-blurred-background": "#333333",
        "block-cursor-blurred-foreground": "#ffffff",
    },
)

THEMES: Final = (DARK, LIGHT, HIGH_CONTRAST)
ANSI: Final = "ansi-dark"
"""The theme of Textual that uses the terminal's own sixteen colours."""


def choose(environment: Mapping[str, str], wanted: str = "") -> str:
    """The theme to start with: the one asked for; without colours (https://no-color.org) the terminal's own."""
    if environment.get("NO_COLOR"):
        return ANSI
    return wanted if wanted in {theme.name for theme in THEMES} else DARK.name
