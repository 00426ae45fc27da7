"""Keys as text: what the specification gives as examples, and every slip noticed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.language import LANGUAGES, speaking
from store import age
from store.age import (
    HybridIdentity,
    HybridRecipient,
    Identity,
    IdentityInvalid,
    Recipient,
    RecipientInvalid,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    encoding,
    generate_hybrid,
    generate_x25519,
    parse_identities,
    parse_recipient,
    parse_recipients,
)
from store.age.encoding import base64_decode, base64_encode, bech32_decode, bech32_encode
from store.secret import Secret

# The examples of age.md, sections on the X25519 and the hybrid recipient type.
X25519_IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
X25519_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
HYBRID_IDENTITY = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
HYBRID_RECIPIENT_BEGINS = "age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95paef6caq5aapdmw"
HYBRID_RECIPIENT_ENDS = "k0c55zfnegrm9efhxpfqdkmhh6gjtqmwze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k"


def test_the_examples_of_the_specification() -> None:
    (x25519,) = parse_identities(X25519_IDENTITY)
    assert x25519.recipient.encode() == X25519_RECIPIENT
    assert x25519.encode() == Secret(X25519_IDENTITY.encode())
    assert parse_recipient(X25519_RECIPIENT) == x25519.recipient
    (hybrid,) = parse_identities(HYBRID_IDENTITY)
    # The last six characters are a checksum over all of them.
    assert hybrid.recipient.encode().startswith(HYBRID_RECIPIENT_BEGINS)
    assert hybrid.recipient.encode().endswith(HYBRID_RECIPIENT_ENDS)
    assert hybrid.encode() == Secret(HYBRID_IDENTITY.encode())
    assert parse_recipient(hybrid.recipient.encode()) == hybrid.recipient


def test_new_keys_are_read_back_and_differ() -> None:
    for first, second in ((generate_x25519(), generate_x25519()), (generate_hybrid(), generate_hybrid())):
        assert first.recipient != second.recipient
        (again,) = parse_identities(first.encode().reveal().decode())
        assert again.recipient == first.recipient
    assert generate_x25519(bytes).recipient == X25519Identity(bytes(32)).recipient


def test_an_identity_file_has_comments() -> None:
    text = f"# created: today\r\n# public key: {X25519_RECIPIENT}\r\n\r\n{X25519_IDENTITY}\r\n{HYBRID_IDENTITY}"
    assert [type(identity) for identity in parse_identities(text)] == [X25519Identity, HybridIdentity]
    recipients = parse_recipients(f"# to\n\n{X25519_RECIPIENT}\n {X25519_RECIPIENT}\n")
    assert [recipient.encode() for recipient in recipients] == [X25519_RECIPIENT] * 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        X25519_RECIPIENT,
        X25519_IDENTITY.lower(),
        X25519_IDENTITY[:-1],
        X25519_IDENTITY[:-1] + "Y",
        X25519_IDENTITY.replace("GFP", "gfp", 1),
        "AGE-PLUGIN-YUBIKEY-1QQPQP",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        bech32_encode("age-secret-key-", bytes(31)).upper(),
        bech32_encode("age-secret-key-pq-", bytes(33)).upper(),
        f"{X25519_IDENTITY}\nx",
    ],
)
def test_what_is_no_identity_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(IdentityInvalid) as refused:
        parse_identities(text)
    secret = max(text.split("\n"), key=len)
    assert not secret or secret not in f"{refused.value} {refused.value.detail} {refused.value.args}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        "age",
        X25519_IDENTITY,
        X25519_RECIPIENT.upper(),
        X25519_RECIPIENT[:-1] + "q",
        X25519_RECIPIENT.replace("z", "y", 1),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA",
        "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
        "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e",
        bech32_encode("age", bytes(33)),
        bech32_encode("age1pq", bytes(1216)[:-1]),
        bech32_encode("age1pq", b"\xff" * 1216),
        "æ" * 60,
    ],
)
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(RecipientInvalid):
        parse_recipient(text)


def test_no_secret_shows_itself() -> None:
    identity, hybrid = generate_x25519(), generate_hybrid()
    shown = "".join(
        map(repr, (identity, hybrid, ScryptIdentity(Secret(b"hemmelig")), ScryptRecipient(Secret(b"hemmelig"))))
    )
    assert "hemmelig" not in shown
    assert "SECRET" not in shown
    assert identity.recipient.encode() in shown


def test_what_is_there_has_the_shapes_that_are_asked_for() -> None:
    recipients: list[Recipient] = [generate_x25519().recipient, ScryptRecipient(Secret(b"x"))]
    identities: list[Identity] = [generate_x25519(), ScryptIdentity(Secret(b"x"))]
    assert {recipient.group for recipient in recipients} == {"classical", "passphrase"}
    assert len(identities) == 2
    assert isinstance(parse_recipient(generate_hybrid().recipient.encode()), HybridRecipient)


def test_work_factors_that_could_not_be_read_are_not_written() -> None:
    for factor in (0, 21):
        with pytest.raises(ValueError):
            ScryptRecipient(Secret(b"x"), work_factor=factor)


def test_every_failure_speaks_both_languages() -> None:
    errors = [
        getattr(age, name)("x")
        for name in age.__all__
        if isinstance(getattr(age, name), type)
        and issubclass(getattr(age, name), Exception)
        and name not in ("AgeError", "WorkFactorRefused", "SealCancelled")
    ]
    errors += [age.WorkFactorRefused(23, 20), age.SealCancelled()]
    assert len(errors) == 10
    for error in errors:
        said = []
        for language in LANGUAGES:
            with speaking(language):
                said.append(str(error.diagnostics()))
        assert len(set(said)) == len(LANGUAGES), said


@given(st.binary(max_size=100), st.sampled_from(["age", "age-secret-key-", "a1b"]))
def test_bech32_round_trips_and_notices_a_slip(data: bytes, prefix: str) -> None:
    text = bech32_encode(prefix, data)
    assert bech32_decode(text) == (prefix, data)
    assert bech32_decode(text.upper()) == (prefix.upper(), data)
    for place in range(len(prefix) + 1, len(text)):
        with pytest.raises(ValueError):
            bech32_decode(text[:place] + ("q" if text[place] != "q" else "p") + text[place + 1 :])


def test_no_sign_of_another_alphabet_stands_for_a_letter() -> None:
    """U+212A is an upper-case letter whose lower case is k: the identity would be written in a second way."""
    written = generate_x25519(lambda _size: bytes(range(32))).encode().reveal().decode()
    prefix, _, rest = written.rpartition("1")
    assert "K" in rest
    assert X25519Identity.parse(written).encode().reveal().decode() == written
    for sign in ("\u212a", "\u017f", "\uff2b", "\u0130"):
        with pytest.raises(IdentityInvalid):
            X25519Identity.parse(f"{prefix}1{rest.replace('K', sign, 1)}")


def test_bech32_padding_is_zero() -> None:
    # One byte of zeros is two groups of five bits, the last two of them padding; here one of those is set.
    values = [0, 1]
    checksum = encoding._polymod([*encoding._expanded("age"), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [checksum >> 5 * (5 - place) & 31 for place in range(6)]
    text = "age1" + "".join(encoding._ALPHABET[value] for value in values)
    assert bech32_encode("age", b"\0")[:5] == text[:5]
    with pytest.raises(ValueError, match="padding"):
        bech32_decode(text)


@given(st.binary(max_size=100))
def test_base64_is_written_one_way(data: bytes) -> None:
    text = base64_encode(data)
    assert base64_decode(text) == data
    for other in (text + b"=", text + b"\n", b" " + text, text + b"A" if len(text) % 4 == 0 else text + b"=="):
        with pytest.raises(ValueError):
            base64_decode(other)


def test_the_format_loads_no_screen() -> None:
    code = "import sys, store.age.__main__, store.age.hybrid; print({'textual', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
