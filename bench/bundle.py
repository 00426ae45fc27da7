"""Sealing a real case of 500 notes as a whole process, against what stock tools take for the same files.

Theirs is `sha256sum` over every file, `minisign` over the list, and `tar | age`: files that are there already. Ours is
`segl seal`: Python, the vault's key from its passphrase (the least that a vault may take), 500 entries,
every file of the bundle, the report on paper among them, signature, tar and age. So the table says where the time goes.

Theirs is taken twice: with the key as minisign makes it, under a password, which is how ours lies too and what is
compared; and with a key that lies in plain (`-W`), whose ratio stands beside it.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
NOTES: Final = int(os.environ.get("SEGL_BENCH_NOTES", "500"))
ROUNDS: Final = 5
CEILING: Final = 3.0
PASSPHRASE: Final = "fire stille heste i regnvejr"
NOTE: Final = (
    "Note {number}: talked with her in the break. She says that the picture went round again, that two from another"
    " class had it, and that she does not want her parents to hear of it before Friday. Agreed to talk tomorrow."
)


def main() -> None:
    """Make the case, then alternate; the best run of each counts."""
    tools = {name: shutil.which(name) for name in ("sha256sum", "minisign", "tar", "age")}
    if missing := [name for name, path in tools.items() if path is None]:
        raise SystemExit(f"bundle: not measured: {', '.join(missing)} not on this machine")
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        _measure(Path(folder))


def _measure(folder: Path) -> None:
    from store.age import generate_x25519

    identity = generate_x25519()
    recipient = identity.recipient.encode()
    case = _make_case(folder / "home")
    out = folder / "out.segl.age"
    seal = ["seal", case, "--for", "police", "--to", recipient, "-o", str(out)]
    _segl(folder, *seal)
    files = _unpacked(out, identity, folder)
    _minisign(folder, "-G", "-p", "key.pub", "-s", "key.sec", password=f"{PASSPHRASE}\n" * 2)
    _minisign(folder, "-G", "-W", "-p", "plain.pub", "-s", "plain.sec")

    def ours() -> None:
        _remove(out)
        _segl(folder, *seal)

    def theirs(sign: str, password: str = "") -> None:
        script = (
            "find . -type f ! -name SUMS ! -name SUMS.minisig -print0 | sort -z | xargs -0 sha256sum > SUMS"
            f" && minisign -S {sign} -m SUMS > /dev/null && tar c . | age -r {recipient} -o ../theirs.age"
        )
        command = ["bash", "-o", "pipefail", "-c", script]
        subprocess.run(command, cwd=files, input=password.encode(), check=True, capture_output=True)

    def locked() -> None:
        theirs("-s ../key.sec", f"{PASSPHRASE}\n")

    def plain() -> None:
        theirs("-W -s ../plain.sec")

    whole = [(_timed(ours), _timed(locked), _timed(plain)) for _round in range(ROUNDS)]
    mine, other, bare = (min(taken) for taken in zip(*whole, strict=True))
    start = min(_timed(lambda: _segl(folder, "--version")) for _round in range(3))
    unlock = min(_timed(lambda: _segl(folder, "keys", "show")) for _round in range(3)) - start
    size = sum(path.stat().st_size for path in files.rglob("*") if path.is_file())
    print(f"{NOTES} notes, {size / 1024:.0f} KiB in the bundle, {ROUNDS} runs each in turn; the best counts")
    print(f"  ours   {mine:.3f} s   runs {' '.join(f'{one:.3f}' for one, *_theirs in sorted(whole))}")
    print(f"  theirs {other:.3f} s   sha256sum + minisign + tar | age, the files being there already")
    print(f"         {bare:.3f} s   the same with a signing key that lies in plain: {mine / bare:.2f} x that")
    stages = _stages(files, identity.recipient.encode())
    print(f"  of ours: starting {start:.3f}, unlocking {unlock:.3f} (the least that a vault may take)")
    for what, seconds in stages.items():
        print(f"           {what} {seconds:.3f}")
    same = stages["digests, signature, tar and age of the same files"]
    print(f"  the same work, same files, in a process that runs already: {same / bare:.2f} x theirs with the plain key")
    print(
        f"bundle: {mine / other:.2f} (ceiling {CEILING}; with a plain signing key"
        f" {mine / bare:.2f}, of which starting and unlocking {(start + unlock) / bare:.2f})"
        " x sha256sum + minisign + tar | age"
    )


def _make_case(home: Path) -> str:
    from store.casework import Casework
    from store.home import resolve
    from store.model import Intake, OfficeSetUp
    from store.secret import Secret
    from store.slots import KdfParameters
    from store.vault import Vault

    kdf = KdfParameters(memory_kib=64 * 1024, passes=1, lanes=1)
    vault = Vault.create(resolve(home), label="B", passphrase=Secret.from_text(PASSPHRASE), kdf=kdf)
    with Casework(vault) as desk:
        desk.set_up(OfficeSetUp(office="Bench", author="B", language="en"))
        case = desk.new_case(Intake(title="A picture in a class", stand_in="C"))
        for number in range(NOTES):
            desk.add_note(case.id, NOTE.format(number=number))
        return case.id


def _segl(folder: Path, *arguments: str) -> None:
    read, write = os.pipe()
    os.write(write, PASSPHRASE.encode())
    os.close(write)
    try:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "tui",
                "--home",
                str(folder / "home"),
                "--vault-passphrase-fd",
                str(read),
                *arguments,
            ],
            cwd=ROOT,
            check=True,
            pass_fds=(read,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    finally:
        os.close(read)


def _minisign(folder: Path, *arguments: str, password: str = "") -> None:
    subprocess.run(["minisign", *arguments], cwd=folder, input=password.encode(), check=True, capture_output=True)


def _remove(out: Path) -> None:
    for path in out.parent.glob("out.*"):
        path.unlink()


def _unpacked(sealed: Path, identity: object, folder: Path) -> Path:
    keys = folder / "keys.txt"
    keys.write_bytes(identity.encode().reveal() + b"\n")  # type: ignore[attr-defined]
    (folder / "files").mkdir()
    plain = subprocess.run(["age", "-d", "-i", str(keys), str(sealed)], check=True, capture_output=True).stdout
    subprocess.run(["tar", "x"], input=plain, cwd=folder / "files", check=True)
    return folder / "files"


def _stages(files: Path, recipient: str) -> dict[str, float]:
    """Seconds of the two parts of sealing, in this process, once it is warm."""
    import io

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from store import sshsig
    from store.age.keys import parse_recipient
    from store.age.writer import EncryptingWriter
    from store.bundle.bag import make_bag
    from store.bundle.paper import report_pdf
    from store.bundle.tar import write_tar

    (page,) = files.rglob("report.html")
    html = page.read_bytes()
    folder = page.parent
    payload = {f"data/{path.name}": path.read_bytes() for path in folder.iterdir() if path.is_file()}
    key = Ed25519PrivateKey.generate()

    def sign(message: bytes, *, namespace: str) -> str:
        return sshsig.sign(key, message, namespace=namespace)

    def sealing() -> None:
        bag = make_bag("CASE", payload=payload, tags={}, info=(), sign=sign)
        with EncryptingWriter(io.BytesIO(), [parse_recipient(recipient)]) as writer:
            write_tar(writer.write, bag.name, bag.files, mtime=0)

    parts: dict[str, Callable[[], object]] = {
        "the report on paper": lambda: report_pdf(html, language="en", moment=0),
        "digests, signature, tar and age of the same files": sealing,
    }
    return {what: statistics.median(_timed(work) for _round in range(5)) for what, work in parts.items()}


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
