"""`data/report.pdf`: `report.html` set on A4 paper, tagged for a screen reader (PDF/UA-1) and for keeping (PDF/A-2a).

The page is the only source, so that both say the same, whatever was chosen to go in.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from guidance.language import Language, _, ngettext
from store.age.errors import SealCancelled
from store.bundle.glyphs import Glyphs
from store.bundle.paper_blocks import blocks_of

_FONTS: Final = Path(__file__).with_name("fonts")
_TEMPLATE: Final = Path(__file__).with_name("paper.typ")
_FORGETS_AFTER: Final = 11
"""Typst keeps what it worked out for the next ten runs. Runs of nothing make it let go of the case and the memory."""

_ONE_AT_A_TIME: Final = threading.Lock()
"""What the setter remembers of one case is gone before the next is set; and the memory of two at once is not needed."""

_ASKS: Final = 0.05
"""Seconds between two questions whether to stop."""

MAX_PAGE: Final = 1536 * 1024
"""Bytes of a page that is still set on paper: about 3,000 notes, and 600 MiB of memory while it lasts."""


Cancelled = Callable[[], bool]


class Setting:
    """A report that is being set on paper, in a thread of its own: other work goes on beside it, and can stop it.

    The same page and moment give the same bytes: no font but those beside this file is used, and no clock is read.
    Nothing is written to a disk or asked of a network. What people wrote goes in as data, never as markup.

    Args:
        page: `report.html`, as `store.bundle.html.page` makes it.
        language: what the document says of itself; what is said in it is in the current language.
        moment: seconds since 1970; what the document says of when it was made.
    """

    def __init__(self, page: bytes, *, language: Language, moment: int) -> None:
        glyphs = Glyphs.load()
        title, blocks = blocks_of(page, glyphs.drawable)
        document = {
            "title": title,
            "language": language,
            "footer": _("Page {page} of {pages}"),
            "replaced": _replaced(glyphs.replaced),
            "blocks": blocks,
        }
        self._document = json.dumps(document, ensure_ascii=True)
        self._moment = moment
        self._made = b""
        self._failure: BaseException | None = None
        self._done = threading.Event()
        # A daemon: the setter can't be stopped half-way, and whoever stopped waiting must not wait for it at the end.
        threading.Thread(target=self._set, name="paper", daemon=True).start()

    def result(self, cancelled: Cancelled | None = None) -> bytes:
        """The PDF, once it is set.

        Args:
            cancelled: asked twenty times a second. The setter then works on for a moment, and nobody gets what it made.

        Raises:
            SealCancelled: `cancelled` said so.
        """
        while not self._done.wait(_ASKS):
            if cancelled is not None and cancelled():
                raise SealCancelled
        if self._failure is not None:
            raise self._failure from None
        return self._made

    def _set(self) -> None:
        with _ONE_AT_A_TIME:
            try:
                # 80 MB of machine code, loaded when the first report is made and not before (ADR 13).
                import typst

                compile_ = typst.compile
                fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])
                self._made = compile_(
                    _TEMPLATE.read_bytes(),
                    font_paths=fonts,
                    format="pdf",
                    sys_inputs={"document": self._document},
                    pdf_standards=["a-2a", "ua-1"],
                    timestamp=self._moment,
                )
            except BaseException as failure:  # noqa: BLE001 - it belongs to whoever waits for the result
                self._failure = failure
                return
            finally:
                self._document = ""
                self._done.set()
            for _round in range(_FORGETS_AFTER):
                compile_(b"", font_paths=fonts, format="pdf", timestamp=0)


def report_pdf(page: bytes, *, language: Language, moment: int, cancelled: Cancelled | None = None) -> bytes:
    """Set a report on paper and wait for it; as `Setting`."""
    return Setting(page, language=language, moment=moment).result(cancelled)


def _replaced(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "{count} sign is in a script that this page has no letters for; its number stands in its place,"
        " like [U+65E5]. report.html shows it as it was written.",
        "{count} signs are in a script that this page has no letters for; their numbers stand in their place,"
        " like [U+65E5]. report.html shows them as they were written.",
        count,
    ).format(count=count)


def no_paper() -> str:
    """Why a bundle has no `report.pdf`, for who seals it, in the current language."""
    return _(
        "The report is too long to be set on paper: there is no report.pdf in this bundle. report.html is all of it,"
        " and a browser prints it."
    )
