"""Old chains on real sticks: removed, and pulled out in the middle of it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from store.backup import chain as place
from store.backup import removing
from store.backup.thinning import plan_thinning
from store.errors import DiskGone
from store.exchange.port import Direct
from tests.sticks import Stick
from tests.store.backup.backups import backed, restored, worked
from tests.store.backup.test_thinning import grown, planned, thinned


def test_old_chains_go_from_a_stick_also_where_it_was_pulled_out_meanwhile(
    tmp_path: Path, mounted: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ref, desk = worked(tmp_path / "home")
    folder = mounted.folder
    chains = grown(desk, folder)
    plan = planned(desk, folder)
    assert [one.path for one in plan.goes] == chains[:2]
    mounted.remount()
    with pytest.raises(DiskGone):
        asyncio.run(plan_thinning(Direct(desk), folder, progress=lambda _done, _total: mounted.pull_out()))
    mounted.put_in_again()
    real = removing.finish

    def pulled_out(of_vault: Path, chain: str) -> tuple[str, ...]:
        mounted.pull_out()
        return real(of_vault, chain)

    with monkeypatch.context() as patch:
        patch.setattr(removing, "finish", pulled_out)
        with pytest.raises(DiskGone):
            thinned(desk, folder, plan)
    mounted.put_in_again()
    of_vault = chains[0].parent
    # Of the first it is known that it was being removed; or the stick had not yet kept that, and it is whole.
    there, begun = place.chains(of_vault), place.being_removed(of_vault)
    assert {*(path.name for path in there), *begun} == {path.name for path in chains}
    assert set(begun) <= {chains[0].name}
    assert backed(desk, folder).being_removed == begun
    plan = planned(desk, folder)
    assert thinned(desk, folder, plan).removed == tuple(path.name for path in chains[:2])
    mounted.remount()
    assert os.listdir(of_vault) == [chains[2].name]  # noqa: PTH208
    back, said = restored(tmp_path / "other", folder)
    assert said.well and said.source == chains[2]
    back.close()
    desk.close()
