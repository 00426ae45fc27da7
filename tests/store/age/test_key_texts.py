"""Keys as somebody may write them: one way is right, and letters that look like others are none of it.

Each text is judged by `age` 1.1.1, pyrage and the npm package, too; where they differ is said.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Final

import pyrage
import pytest

from store.age import parse_identities, parse_recipient
from store.age.encoding import bech32_encode
from store.age.errors import IdentityInvalid, RecipientInvalid
from tests.store.age import kit
from tests.store.age.test_oracles import javascript, run
from tests.tools import need

SECRET: Final = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
PUBLIC: Final = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
SHORT: Final = bech32_encode("age", bytes(31))
LONG: Final = bech32_encode("age", bytes([9]) + bytes(32))

KEYS: Final[dict[str, tuple[str, bool]]] = {
    "secret": (SECRET, True),
    "secret_kelvin_in_the_prefix": (SECRET.replace("KEY", "\u212aEY"), False),
    "secret_long_s": (SECRET.replace("SECRET", "\u017fECRET"), False),
    "secret_cyrillic": (SECRET.replace("A", "\u0410", 1), False),
    "secret_full_width": (SECRET.replace("1", "\uff11", 1), False),
    "secret_soft_hyphen": (SECRET.replace("-1", "\u00ad-1"), False),
    "secret_other_hyphen": (SECRET.replace("-KEY", "\u2010KEY"), False),
    "secret_no_width_inside": (SECRET[:30] + "\u200b" + SECRET[30:], False),
    "secret_mixed_case": (SECRET[:-1] + SECRET[-1].lower(), False),
    "secret_two_letters_changed": (SECRET[:40] + "QQ" + SECRET[42:], False),
    "secret_letter_that_is_none": (SECRET[:40] + "B" + SECRET[41:], False),
    "secret_one_letter_short": (SECRET[:-1], False),
    "secret_of_31_bytes": (bech32_encode("age-secret-key-", bytes(31)).upper(), False),
    "secret_of_33_bytes": (bech32_encode("age-secret-key-", bytes(33)).upper(), False),
    "secret_under_another_name": (bech32_encode("age-secret-kez-", bytes(32)).upper(), False),
    "public": (PUBLIC, True),
    "public_in_capitals": (PUBLIC.upper(), False),
    "public_kelvin": (PUBLIC.replace("k", "\u212a", 1), False),
    "public_cyrillic": (PUBLIC.replace("age", "\u0430ge"), False),
    "public_full_width": (PUBLIC.replace("1", "\uff11", 1), False),
    "public_dotless": (PUBLIC.replace("j", "\u0237", 1), False),
    "public_no_width_inside": (PUBLIC[:30] + "\u200b" + PUBLIC[30:], False),
    "public_mixed_case": (PUBLIC[:-1] + "J", False),
    "public_two_letters_changed": (PUBLIC[:40] + "qq" + PUBLIC[42:], False),
    "public_of_31_bytes": (SHORT, False),
    "public_of_33_bytes": (LONG, False),
}
"""Name -> the text, and whether it is a key."""

DIFFERING: Final[dict[str, dict[str, str]]] = {
    "ours": {},
    "age": {},
    "pyrage": {
        "public_in_capitals": "Bech32 may be all in capitals (BIP 173); age.md writes this prefix in small ones"
    },
    "age-encryption": {},
}


def is_secret(name: str) -> bool:
    return name.startswith("secret")


def by_ours(name: str, text: str) -> bool:
    try:
        parse_identities(text) if is_secret(name) else parse_recipient(text)
    except (IdentityInvalid, RecipientInvalid):
        return False
    return True


def by_age(name: str, text: str) -> bool:
    need("age", "age-keygen")
    command = ["age-keygen", "-y"] if is_secret(name) else ["age", "-r", text]
    return subprocess.run(command, input=text.encode(), capture_output=True).returncode == 0


def by_pyrage(name: str, text: str) -> bool:
    read: Callable[[str], object] = (
        pyrage.x25519.Identity.from_str if is_secret(name) else pyrage.x25519.Recipient.from_str
    )
    try:
        read(text)
    except pyrage.IdentityError:
        return False
    except pyrage.RecipientError:
        return False
    return True


@pytest.mark.parametrize("judge", [by_ours, by_age, by_pyrage], ids=["ours", "age", "pyrage"])
def test_each_text_is_a_key_or_none(judge: Callable[[str, str], bool], request: pytest.FixtureRequest) -> None:
    judged = {name: judge(name, text) for name, (text, _good) in KEYS.items()}
    name = request.node.callspec.id
    assert {one for one, said in judged.items() if said is not KEYS[one][1]} == set(DIFFERING[name])


JUDGE: Final = """
import * as age from "age-encryption";
import { readFileSync } from "node:fs";
const said = {};
for (const [name, text, secret] of JSON.parse(readFileSync(0))) {
  try {
    if (secret) new age.Decrypter().addIdentity(text); else new age.Encrypter().addRecipient(text);
    said[name] = true;
  } catch (error) { said[name] = false; }
}
console.log(JSON.stringify(said));
"""


def test_the_javascript_package_judges_them_alike() -> None:
    asked = [[name, text, is_secret(name)] for name, (text, _good) in KEYS.items()]
    judged = json.loads(
        run("node", "--input-type=module", "-e", JUDGE, data=json.dumps(asked).encode(), folder=javascript())
    )
    assert {one for one, said in judged.items() if said is not KEYS[one][1]} == set(DIFFERING["age-encryption"])
    assert len(judged) == len(KEYS)


def test_a_look_alike_opens_nothing_though_its_bytes_are_those_of_the_key() -> None:
    """Control: in ASCII the very same text opens what the key opens."""
    file = kit.header(kit.x25519()) + kit.whole(b"age")
    text = kit.IDENTITY.encode().reveal().decode()
    assert kit.outcome(file, *parse_identities(text)) == ("success", b"age")
    for sign in ("\u212a", "\uff2b"):
        with pytest.raises(IdentityInvalid):
            parse_identities(text.replace("K", sign))
