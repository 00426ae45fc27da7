"""`make bench`, or one part of it: `make bench ARGS=hash`. Each part measures against a peer in the same run.

Each part is a process of its own, so that the memory of one is not counted in the peak of what the next one starts. The
last line of a part is its figure: a ratio, with the floor or ceiling that is promised beside it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

PARTS = {
    "hash": "hashing a file against `openssl dgst -sha256`, two against one, and the memory of it",
    "frames": "how evenly the screen is drawn while two files are hashed",
    "seal": "sealing a file against the `age` command",
    "union": "taking 10,000 entries of a colleague in, each fully verified",
    "passing": "passing 2 GiB through against hashing and sealing alone",
    "seen": "looking a checksum up among a million registered pieces",
    "pieces": "opening a case with 24,000 registered pieces against one with 24",
    "bundle": "sealing a case of 500 notes as a whole process against sha256sum + minisign + tar | age",
    "hide": "the key that hides the screen, from the key to the frame",
    "start": "first frame against a bare Textual app",
}


def main() -> None:
    """Run the parts that were asked for, or all of them."""
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=", epilog="\n".join(f"{name}: {what}" for name, what in PARTS.items())
    )
    parser.add_argument("part", nargs="*", help="any of: " + ", ".join(PARTS))
    parts = parser.parse_args().part or list(PARTS)
    for unknown in [part for part in parts if part not in PARTS]:
        parser.error(f"no such part: {unknown}")
    for part in parts:
        print(f"-- {PARTS[part]}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{part}"]).returncode != 0:
            raise SystemExit(f"bench: {part} failed")


if __name__ == "__main__":
    main()
