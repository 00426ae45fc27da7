"""Makes the age vectors in `tests/vectors/age/`: `python -m tests.store.age.vector_files`.

They are of the family and form of the public ones (C2SP, CCTV/age), and are built by hand from the specification. HPKE
takes its randomness from the library, so that a hybrid file comes out anew each time: a file that is there is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from store.age import X25519Identity
from tests.store.age import kit
from tests.store.age.vector_edges import EDGES
from tests.store.age.vector_makers import (
    BAD,
    GREASE,
    HYBRID,
    LOW_ORDER,
    OTHER,
    Made,
    armored,
    flip,
    high_bit,
    hybrid,
    loose_end,
    mac_line,
    whole,
    x25519_share,
)
from tests.tools import ROOT

FOLDER: Final = ROOT / "tests" / "vectors" / "age"

TABLE: Final[Mapping[str, Made]] = {
    "hybrid": Made(file=lambda: whole(hybrid()), why="as it should be"),
    "hybrid_two_chunks": Made(
        file=lambda: whole(hybrid(), data=bytes(70_000)), why="more than one chunk", gives=bytes(70_000)
    ),
    "hybrid_empty": Made(file=lambda: whole(hybrid(), data=b""), why="nothing in it", gives=b""),
    "hybrid_mine_is_second": Made(file=lambda: whole(hybrid(OTHER), hybrid()), why="another's stanza first"),
    "hybrid_twice": Made(file=lambda: whole(hybrid(), hybrid()), why="two stanzas for one key"),
    "hybrid_grease": Made(file=lambda: whole(GREASE, hybrid(), GREASE), why="stanzas of unknown types around it"),
    "hybrid_in_text_form": Made(file=lambda: kit.armor(whole(hybrid())), armored=True, why="the text form"),
    "hybrid_no_match": Made(file=lambda: whole(hybrid(OTHER)), expect="no match", why="for another key"),
    "hybrid_lowercase_is_the_name": Made(
        file=lambda: whole(hybrid(name=b"MLKEM768X25519")), expect="no match", why="the name in capitals is another"
    ),
    "hybrid_mlkem_changed": Made(
        file=lambda: whole(hybrid(enc=flip(0))),
        expect="no match",
        why="the ML-KEM part changed: ML-KEM rejects silently",
    ),
    "hybrid_x25519_changed": Made(
        file=lambda: whole(hybrid(enc=flip(1100))), expect="no match", why="the X25519 part changed"
    ),
    "hybrid_body_changed": Made(
        file=lambda: whole(hybrid(body=flip(0))), expect="no match", why="the wrapped key changed"
    ),
    "hybrid_tag_changed": Made(file=lambda: whole(hybrid(body=flip(-1))), expect="no match", why="its tag changed"),
    "hybrid_zero_share": Made(
        file=lambda: whole(hybrid(enc=lambda enc: enc[:1088] + bytes(32))), expect=BAD, why="an X25519 part of zeros"
    ),
    "hybrid_low_order": Made(
        file=lambda: whole(hybrid(enc=lambda enc: enc[:1088] + LOW_ORDER)), expect=BAD, why="a point of low order"
    ),
    "hybrid_share_one_short": Made(file=lambda: whole(hybrid(enc=lambda enc: enc[:-1])), expect=BAD, why="1119 bytes"),
    "hybrid_share_one_long": Made(
        file=lambda: whole(hybrid(enc=lambda enc: enc + b"\0")), expect=BAD, why="1121 bytes"
    ),
    "hybrid_share_of_mlkem_alone": Made(
        file=lambda: whole(hybrid(enc=lambda enc: enc[:1088])), expect=BAD, why="without the X25519 part"
    ),
    "hybrid_no_share": Made(
        file=lambda: whole(b"-> mlkem768x25519\n" + kit.body(bytes(32))), expect=BAD, why="no argument"
    ),
    "hybrid_two_shares": Made(
        file=lambda: whole(hybrid(extra=b" " + kit.b64(bytes(1120)))), expect=BAD, why="one argument too many"
    ),
    "hybrid_share_padded": Made(
        file=lambda: whole(hybrid(written=lambda share: share + b"=")), expect=BAD, why="base64 with padding"
    ),
    "hybrid_share_not_canonical": Made(
        file=lambda: whole(hybrid(written=loose_end)), expect=BAD, why="base64 with bits that stand for nothing"
    ),
    "hybrid_body_not_canonical": Made(
        file=lambda: whole(hybrid(lines=loose_end)), expect=BAD, why="likewise in the body"
    ),
    "hybrid_body_empty": Made(file=lambda: whole(hybrid(body=lambda _body: b"")), expect=BAD, why="no wrapped key"),
    "hybrid_body_one_short": Made(file=lambda: whole(hybrid(body=lambda body: body[:-1])), expect=BAD, why="31 bytes"),
    "hybrid_file_key_long": Made(
        file=lambda: kit.header(hybrid(file_key=bytes(32)), file_key=bytes(32)) + kit.whole(b"age"),
        expect=BAD,
        why="a file key of 32 bytes",
    ),
    "hybrid_file_key_short": Made(
        file=lambda: kit.header(hybrid(file_key=bytes(15)), file_key=bytes(15)) + kit.whole(b"age"),
        expect=BAD,
        why="a file key of 15 bytes",
    ),
    "hybrid_malformed_behind_mine": Made(
        file=lambda: whole(hybrid(), hybrid(enc=lambda enc: enc[:-1])), expect=BAD, why="a malformed one behind mine"
    ),
    "hybrid_mac_changed": Made(
        file=lambda: kit.header(hybrid(), file_key=bytes(16)) + kit.whole(b"age"),
        expect="HMAC failure",
        why="a MAC under another file key",
    ),
    "hybrid_payload_changed": Made(
        file=lambda: flip(-1)(whole(hybrid())), expect="payload failure", why="a changed byte of the payload", gives=b""
    ),
    "hybrid_payload_cut": Made(
        file=lambda: whole(hybrid(), data=bytes(70_000))[:-1000],
        expect="payload failure",
        why="the end is missing",
        gives=bytes(65_536),
    ),
    "x25519": Made(file=lambda: whole(kit.x25519()), key="x25519", why="as it should be"),
    "x25519_lowercase": Made(
        file=lambda: whole(kit.x25519(name=b"x25519")), key="x25519", expect="no match", why="another type"
    ),
    "x25519_two_shares": Made(
        file=lambda: whole(kit.x25519(extra=b" AAAA")), key="x25519", expect=BAD, why="one argument too many"
    ),
    "x25519_zero_share": Made(file=lambda: whole(x25519_share(bytes(32))), key="x25519", expect=BAD, why="zeros"),
    "x25519_share_one_long": Made(
        file=lambda: whole(x25519_share(bytes([9]) + bytes(32))), key="x25519", expect=BAD, why="33 bytes"
    ),
    "x25519_high_bit": Made(
        file=lambda: whole(high_bit()), key="x25519", why="the bit of the share that X25519 passes over"
    ),
    "scrypt": Made(file=lambda: whole(kit.scrypt()), key="passphrase", why="as it should be"),
    "scrypt_wrong_passphrase": Made(
        file=lambda: whole(kit.scrypt(b"another")), key="passphrase", expect="no match", why="another passphrase"
    ),
    "scrypt_uppercase": Made(
        file=lambda: whole(kit.scrypt(name=b"Scrypt")), key="passphrase", expect="no match", why="another type"
    ),
    **{
        f"scrypt_work_factor_{name}": Made(
            file=lambda factor=factor: whole(kit.scrypt(factor=factor)),  # type: ignore[misc]
            key="passphrase",
            expect=BAD,
            why="a work factor that is no number, or too much",
        )
        for name, factor in {
            "hex": b"0xa",
            "plus": b"+10",
            "negative": b"-10",
            "zero": b"0",
            "octal": b"012",
            "behind": b"10x",
            "21": b"21",
            "64": b"64",
        }.items()
    },
    "scrypt_no_salt": Made(
        file=lambda: whole(b"-> scrypt 10\n" + kit.body(bytes(32))), key="passphrase", expect=BAD, why="no salt"
    ),
    "scrypt_further_argument": Made(
        file=lambda: whole(kit.scrypt(extra=b" 10")), key="passphrase", expect=BAD, why="one argument too many"
    ),
    "scrypt_beside_grease": Made(
        file=lambda: whole(kit.scrypt(), GREASE), key="passphrase", expect=BAD, why="it must stand alone"
    ),
    "stanza_body_padded": Made(
        file=lambda: whole(b"-> a\nAA==\n", kit.x25519()), key="x25519", expect=BAD, why="base64 with padding"
    ),
    "stanza_body_missing": Made(
        file=lambda: whole(b"-> a\n", kit.x25519()), key="x25519", expect=BAD, why="no body, not even an empty line"
    ),
    "stanza_two_short_lines": Made(
        file=lambda: whole(b"-> a\nAAAA\nAAAA\n", kit.x25519()), key="x25519", expect=BAD, why="two short lines"
    ),
    "stanza_not_ascii": Made(
        file=lambda: whole("-> æ\n\n".encode(), kit.x25519()), key="x25519", expect=BAD, why="an argument beyond ASCII"
    ),
    "stanza_tab": Made(
        file=lambda: whole(b"-> a\tb\n\n", kit.x25519()), key="x25519", expect=BAD, why="a tab between arguments"
    ),
    "stanza_two_spaces": Made(
        file=lambda: whole(b"-> a  b\n\n", kit.x25519()), key="x25519", expect=BAD, why="an empty argument between"
    ),
    "mac_no_space": Made(
        file=mac_line(lambda line: line.replace(b"--- ", b"---")),
        key="x25519",
        expect=BAD,
        why="no space before the MAC",
    ),
    "mac_padded": Made(
        file=mac_line(lambda line: line.rstrip() + b"=\n"), key="x25519", expect=BAD, why="base64 with padding"
    ),
    "mac_space_behind": Made(
        file=mac_line(lambda line: line.rstrip() + b" \n"), key="x25519", expect=BAD, why="a space behind the MAC"
    ),
    "mac_changed": Made(
        file=lambda: kit.header(kit.x25519(), file_key=bytes(16)) + kit.whole(b"age"),
        key="x25519",
        expect="HMAC failure",
        why="a MAC under another file key",
    ),
    "empty": Made(file=bytes, key="x25519", expect=BAD, why="no byte"),
    "armor": Made(file=armored(), key="x25519", armored=True, why="as it should be"),
    **{
        f"armor_{name}": Made(
            file=armored(change), key="x25519", armored=True, expect="armor failure", why="not the text form"
        )
        for name, change in {
            "empty_line_first": lambda text: text.replace(b"FILE-----\n", b"FILE-----\n\n", 1),
            "long_line": lambda text: text.replace(b"\n", b"", 2).replace(b"FILE-----", b"FILE-----\n", 1),
            "no_end_line": lambda text: text[: text.index(b"-----END")],
            "other_label": lambda text: text.replace(b"AGE ENCRYPTED FILE", b"AGE ENCRYPTED MESSAGE"),
            "headers": lambda text: text.replace(b"FILE-----\n", b"FILE-----\nVersion: 1\n\n", 1),
            "behind_it": lambda text: text + b"more\n",
            "space_at_a_line_end": lambda text: text.replace(b"FILE-----\n", b"FILE-----\nYWdl \n", 1),
        }.items()
    },
    **EDGES,
}


def secret_of(made: Made) -> str:
    """The line of the vector that says what opens it."""
    match made.key:
        case "hybrid":
            return f"identity: {HYBRID.encode().reveal().decode()}"
        case "x25519":
            assert isinstance(kit.IDENTITY, X25519Identity)
            return f"identity: {kit.IDENTITY.encode().reveal().decode()}"
    return "passphrase: password"


def written(made: Made) -> bytes:
    """The whole vector: what is expected, what opens it, and the file."""
    head = [f"expect: {made.expect}"]
    if made.expect in ("success", "payload failure"):
        head.append(f"payload: {hashlib.sha256(made.gives).hexdigest()}")
    head += [secret_of(made), *(["armored: yes"] if made.armored else []), f"comment: {made.why}"]
    return "\n".join(head).encode() + b"\n\n" + made.file()


def main() -> None:
    """Write those that are not there, and delete those that no line of the table names."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        if old.name not in TABLE:
            old.unlink()
    for name, made in TABLE.items():
        path = FOLDER / name
        if not path.exists():
            path.write_bytes(written(made))


if __name__ == "__main__":
    main()
