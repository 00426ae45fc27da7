"""The custody of a piece on the screen tells when it was verified again, among the events."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guidance.custody import Event, Move
from screens.custody import CustodyScreen
from store.casework import Casework
from store.client import VaultClient
from store.evidence.hashing import hash_file
from store.evidence.register import draft_of
from store.evidence.verify import compare, read_files
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def test_verified_again_is_told_and_is_no_event_to_correct(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path
) -> None:
    file = tmp_path / "filer" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(b"en kopi")
    piece = await client.do(Casework.register_evidence, case.id, draft_of(hash_file(file)))
    await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by="Ane"))
    for content in (b"en kopi", b"noget andet"):
        file.write_bytes(content)
        found = compare((piece,), *read_files([os.fsencode(file.parent)]))
        await client.do(Casework.record_check, case.id, found)
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = text_of(app)
        assert seen.index("fundet") < seen.index("mappe: uændret") < seen.index("mappe: et andet indhold")
        assert "Enter Ret" in seen
        await press(pilot, "down")
        assert "Enter Ret" not in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, CustodyScreen)
