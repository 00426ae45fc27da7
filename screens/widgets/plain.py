"""Text from people as content, never as markup."""

from __future__ import annotations

from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static


class Plain(Static):
    """A `Static` that shows text as it is: square brackets are square brackets."""

    def __init__(
        self,
        content: str | Content = "",
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(as_content(content), id=id, classes=classes, markup=False)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text."""
        super().update(as_content(content) if isinstance(content, str) else content, layout=layout)


def as_content(text: str | Content) -> Content:
    """A text as content without markup."""
    return text if isinstance(text, Content) else Content(text)
