"""The paper of a recovery: a page to print, and the square of dots (ISO/IEC 18004) for a terminal.

What stands in the square is 96 digits: the places of the words on their list. A reader that types digits is enough.
"""

from __future__ import annotations

from html import escape

from guidance.language import _, current_language
from store.recovery import NewKey

_MARGIN = 4


def _matrix(digits: str, margin: int) -> list[list[bool]]:
    # Needed once in a vault's life.
    import segno

    code = segno.make(digits, micro=False, error="m", boost_error=False)
    return [[bool(dot) for dot in row] for row in code.matrix_iter(border=margin)]


def half_blocks(digits: str) -> list[str]:
    """The square in half blocks, two rows of dots a line, the dark ones left out: for light letters on dark."""
    rows = _matrix(digits, 2)
    if len(rows) % 2:
        rows.append([True] * len(rows[0]))
    signs = {(True, True): " ", (False, True): "▀", (True, False): "▄", (False, False): "█"}
    return [
        "".join(signs[above, below] for above, below in zip(rows[at], rows[at + 1], strict=True))
        for at in range(0, len(rows), 2)
    ]


def _drawing(digits: str) -> str:
    rows = _matrix(digits, _MARGIN)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return f'<svg viewBox="0 0 {size} {size}" role="img" aria-label="QR"><path d="{path}"/></svg>'


def sheet(key: NewKey, office: str) -> bytes:
    """The page, UTF-8, with nothing that is loaded from elsewhere. It holds the secret: print it, delete it."""
    words = "\n".join(f"<li>{escape(word)}</li>" for word in key.words)
    title = _("Recovery of the vaults of {office}").format(office=office)
    said = (
        _("Whoever has this page opens every vault of this recovery. Keep it locked away, not beside the machine."),
        _("When a passphrase is forgotten: 'segl recover', or 'Forgot the passphrase' on the lock screen."),
        _("The square holds the same as the words: the number of each on its list, from 0000."),
    )
    body = "\n".join(f"<p>{escape(line)}</p>" for line in said)
    mark = escape(_("Office key (write it on the same paper): {fingerprint}").format(fingerprint=key.fingerprint))
    return f"""<!DOCTYPE html>
<html lang="{current_language()}"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body {{ font: 12pt sans-serif; margin: 2cm; color: #000; background: #fff }}
ol {{ columns: 3; font: 14pt monospace }} svg {{ width: 6cm }}</style></head>
<body><h1>{escape(title)}</h1>
<ol>
{words}
</ol>
<p>{mark}</p>
{_drawing(key.digits)}
{body}
</body></html>
""".encode()
