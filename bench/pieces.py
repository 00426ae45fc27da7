"""Opening a case with 24,000 registered pieces beside the same with 24: what its screen asks of the vault, cold.

Each opening is by a process of its own, so that nothing is remembered but what the vault keeps; the first after the
pieces were registered verifies them and is told apart.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.evidence.finding import wanted_by
from store.model import EvidenceDraft, Intake, OfficeSetUp
from store.secret import Secret

if TYPE_CHECKING:
    from store.casework import Casework

FEW, MANY = 24, 24_000
OPENINGS = 5
CEILING = 40.0
_WORDS = ("00012.jp", "img")
"""Of the name of one piece, and of every one."""
ROOT = Path(__file__).parent.parent
_PASSPHRASE = Secret.from_text("en lang nok sætning til en prøve")


def main() -> None:
    """Print the times of opening, the last page, one more piece and finding; as the last line the ratio of opening."""
    if sys.argv[1:2] == ["--open"]:
        _open(Path(sys.argv[2]))
        return
    told = {}
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        for count in (FEW, MANY):
            home = Path(folder, str(count))
            begun = time.perf_counter()
            _make(home, count)
            made = time.perf_counter() - begun
            first, *others = [_opened(home) for _opening in range(OPENINGS + 1)]
            best = [min(times) for times in zip(*others, strict=True)]
            told[count] = best
            print(f"{count:>6,} pieces, registered in {made:.1f} s; first opening {first[0] * 1000:.0f} ms, then:")
            words = (
                "opening {:.1f} ms, the last page {:.1f} ms, one more piece {:.1f} ms; "
                "the first 50 of a word that one piece has {:.1f} ms, of one that all have {:.1f} ms"
            )
            print("  " + words.format(*(seconds * 1000 for seconds in best)))
    few, many = told[FEW], told[MANY]
    print(f"the last page {many[1] / few[1]:.1f} x, one more piece {many[2] / few[2]:.1f} x that among {FEW}")
    print(f"pieces: {many[0] / few[0]:.1f} x opening a case with {FEW} (ceiling {CEILING:.0f})")


def _make(home: Path, count: int) -> None:
    from store.casework import Casework
    from store.home import Home
    from store.slots import KdfParameters
    from store.vault import Vault

    home.mkdir(mode=0o700)
    vault = Vault.create(Home(home), label="B", passphrase=_PASSPHRASE, kdf=KdfParameters.FLOOR)
    with Casework(vault) as desk:
        desk.set_up(OfficeSetUp(office="Bench", author="B", language="en"))
        case = desk.new_case(Intake(title="A picture in a class", stand_in="C"))
        for begin in range(0, count, 200):
            desk.register_pieces(case.id, [_draft(number) for number in range(begin, min(begin + 200, count))])


def _draft(number: int) -> EvidenceDraft:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    name = f"IMG_{number:05}.jpg"
    return EvidenceDraft(digest=f"sha256:{digest}", size=number + 1, name=name, raw_name=name.encode().hex())


def _opened(home: Path) -> list[float]:
    command = [sys.executable, "-m", "bench.pieces", "--open", str(home)]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return [float(word) for word in done.stdout.split()]


def _open(home: Path) -> None:
    from store.casework import Casework
    from store.home import Home
    from store.vault import Vault

    with Casework(Vault.unlock(Home(home).vault(), _PASSPHRASE)) as desk:
        # The list of cases is seen first: it loads what every case needs, whatever its size.
        (case,) = desk.cases()
        opening = _timed(lambda: _as_the_screen_does(desk, case.id))
        total = desk.view(case.id).pieces
        page = _timed(lambda: desk.evidence_page(case.id, max(total - 100, 0), 100))
        more = _timed(lambda: desk.register_evidence(case.id, _draft(10**6 + total)))
        rare, common = (_timed(partial(desk.evidence_page, case.id, 0, 50, wanted_by(text))) for text in _WORDS)
    print(opening, page, more, rare, common)


def _as_the_screen_does(desk: Casework, case: str) -> None:
    desk.view(case)
    desk.evidence_page(case, 0, 100)
    desk.history(case)
    desk.playbook_moves(case)
    desk.conflicts(case)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
