"""Taking 10,000 entries of a colleague's case in: signature, commitment, payload, feed, tables, checkpoint, commit.

What limits it is Ed25519: the same run measures how many signatures the machine verifies in a second with nothing else
around it, on one core and on all, and says how near the whole comes. The rate tells only where nothing else runs on the
machine; the processor time of an entry, part by part, tells something also where much does.
"""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from store import cards
from store.casework import Casework
from store.entry import SpaceKind
from store.home import Home
from store.journal import stored_entries
from store.model import Intake, OfficeSetUp, StoredEntry
from store.secret import Secret
from store.slots import KdfParameters
from store.union import verify_entries
from store.vault import Vault

ENTRIES = int(os.environ.get("SEGL_BENCH_ENTRIES", "10000"))
FLOOR = 8000
ROUNDS = 3
_PASSPHRASE = Secret.from_text("kamel grund eng giraf basar")
_TEXT = "Hun fortæller, at billedet er delt i gruppen, og at hendes mor ved det. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One run.

    Attributes:
        verify: seconds in which each entry was verified by itself.
        keep: seconds in which they were held against what is there, kept, told to the tables and committed.
        verify_cpu: seconds of processor time that the first took, of all threads.
        keep_cpu: the second.
    """

    entries: int
    verify: float
    keep: float
    verify_cpu: float
    keep_cpu: float

    @property
    def rate(self) -> float:
        """Entries a second."""
        return self.entries / (self.verify + self.keep)

    def parts(self, signature: float) -> str:
        """What an entry takes of the processor, in microseconds; `signature` is what one signature took, in seconds."""
        verify, keep = (1e6 * cpu / self.entries for cpu in (self.verify_cpu, self.keep_cpu))
        alone = 1e6 * signature
        return f"{verify + keep:.0f} us: verifying {verify:.0f} (a signature alone {alone:.0f}), keeping {keep:.0f}"


def main() -> None:
    """Print a row a round, the limit, and the best rate against the floor."""
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        sender = _member(Path(folder, "a"), "Mette")
        space, entries = _written(sender)
        figures, limits = [], []
        for number in range(ROUNDS):
            one, all_cores, signature = _limit(entries)
            reader = _member(Path(folder, f"b{number}"), "Bo")
            card = cards.read(sender.carried_card())
            reader.trust_card(card.text, compared=card.fingerprint)
            figure = _import(reader, space, entries)
            figures.append(figure)
            limits.append(all_cores)
            print(
                f"union: {figure.rate:7.0f} a second (verify {figure.verify:.2f} s, keep {figure.keep:.2f} s); "
                f"Ed25519 alone: {one:.0f} on one core, {all_cores:.0f} on {os.cpu_count()}"
            )
            print(f"  processor time of an entry {figure.parts(signature)}")
            reader.close()
        sender.close()
    best = max(figures, key=lambda figure: figure.rate)
    print(
        f"union: {best.entries} entries, {best.rate:.0f} a second (floor {FLOOR}, "
        f"limit here {max(limits):.0f}: the signatures alone on {os.cpu_count()} cores)"
    )


def _member(path: Path, name: str) -> Casework:
    vault = Vault.create(Home(path), label=name, passphrase=_PASSPHRASE, kdf=KdfParameters.FLOOR)
    desk = Casework(vault)
    desk.set_up(OfficeSetUp(office=f"Kontor {name}", author=name))
    return desk


def _written(desk: Casework) -> tuple[str, tuple[StoredEntry, ...]]:
    case = desk.new_case(Intake(title="Et billede er delt", stand_in="Bo"))
    with desk._writing():
        left = ENTRIES - len(list(stored_entries(desk._connection, case.id)))
        for number in range(left):
            desk._append(SpaceKind.CASE, case.id, "note.added", {"text": f"{number}: {_TEXT * 3}"})
    return case.id, desk.entries_beyond(case.id, ())


def _import(desk: Casework, space: str, entries: tuple[StoredEntry, ...]) -> Figure:
    moments = [(time.perf_counter(), time.process_time())]
    read = verify_entries(entries)
    moments.append((time.perf_counter(), time.process_time()))
    taken = desk.take_in(SpaceKind.CASE, space, read)
    moments.append((time.perf_counter(), time.process_time()))
    if len(taken.new) != len(entries):
        raise SystemExit("union: not all was taken in")
    (begun, begun_cpu), (verified, verified_cpu), (kept, kept_cpu) = moments
    return Figure(
        entries=len(entries),
        verify=verified - begun,
        keep=kept - verified,
        verify_cpu=verified_cpu - begun_cpu,
        keep_cpu=kept_cpu - verified_cpu,
    )


def _limit(entries: tuple[StoredEntry, ...]) -> tuple[float, float, float]:
    """Signatures a second on one core and on all, and seconds of processor time for one."""
    device = entries[0].header.partition(b"device ")[2][:64].decode()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(device))
    some = entries[:2000]

    def verify(part: tuple[StoredEntry, ...]) -> None:
        for entry in part:
            key.verify(entry.signature, entry.header)

    begun, cpu = time.perf_counter(), time.process_time()
    verify(some)
    cpu = (time.process_time() - cpu) / len(some)
    one = len(some) / (time.perf_counter() - begun)
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        begun = time.perf_counter()
        list(pool.map(verify, [some] * cores))
        every = len(some) * cores / (time.perf_counter() - begun)
    return one, every, cpu


if __name__ == "__main__":
    main()
