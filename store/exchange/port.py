"""The way from work of many steps to a vault, for the exchange and for backups alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from store.casework import Casework

P = ParamSpec("P")
R = TypeVar("R")


class Port(Protocol):
    """The way to a vault: `store.client.VaultClient`, or `Direct` where there is one thread only."""

    async def do(self, method: Callable[Concatenate[Casework, P], R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Call a method of Casework on the thread that owns the vault."""
        ...

    async def aside(self, function: Callable[P, R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Work that needs no vault."""
        ...


class Direct:
    """A vault that belongs to this thread: for the command line and for tests."""

    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def do(self, method: Callable[Concatenate[Casework, P], R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Call it."""
        return method(self._casework, *arguments, **keywords)

    async def aside(self, function: Callable[P, R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Call it."""
        return function(*arguments, **keywords)
