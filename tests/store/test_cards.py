"""A card proves who wrote it, and nothing of what it says; anything but the one way to write it is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store import cards, sshsig
from store.age.x25519 import generate_x25519
from store.cards import CardInvalid
from store.keys import DeviceKey

AT = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
KEY = DeviceKey(Ed25519PrivateKey.from_private_bytes(b"1" * 32))
OTHER = DeviceKey(Ed25519PrivateKey.from_private_bytes(b"2" * 32))
RECIPIENT = generate_x25519().recipient.encode()


def a_card(key: DeviceKey = KEY, *, devices: tuple[str, ...] = (), name: str = "Åse Ærlig") -> str:
    return cards.write(
        key.sign_document,
        name=name,
        office="Prøveskolen",
        office_id="0f" * 16,
        devices=devices or (key.device,),
        recipients={(devices or (key.device,))[-1]: RECIPIENT},
        at=AT,
    )


def test_a_card_is_read_as_it_was_written() -> None:
    card = cards.read(a_card())
    assert (card.name, card.office, card.office_id) == ("Åse Ærlig", "Prøveskolen", "0f" * 16)
    assert card.devices == (KEY.device,)
    assert card.author == cards.author_id(KEY.device)
    assert card.fingerprint == sshsig.fingerprint(bytes.fromhex(KEY.device))
    assert (card.recipient, card.made_at, card.signer) == (RECIPIENT, AT, KEY.device)


def test_what_mail_does_to_a_text_is_forgiven() -> None:
    plain = a_card()
    assert cards.read("\ufeff\r\n" + plain.replace("\n", "\r\n") + "\r\n\r\n") == cards.read(plain)


def test_several_cards_in_one_file() -> None:
    assert [one.name for one in cards.read_all(a_card() + "\n" + a_card(OTHER, name="Bo"))] == ["Åse Ærlig", "Bo"]
    with pytest.raises(CardInvalid):
        cards.read_all("Kære Bo\n" + a_card())
    with pytest.raises(CardInvalid):
        cards.read_all("")


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("Åse Ærlig", "Mette Ærlig", "signature"),
        ("Prøveskolen", "Politiet", "signature"),
        ("segl-card v1", "segl-card v2", "form"),
        ("author ", "author 00", "form"),
        (f"device {KEY.device}", f"device {OTHER.device}", "author"),
        (f"device {KEY.device}\n", f"device {KEY.device}\ndevice {KEY.device}\n", "device"),
        ("2026-11-28T", "2026-13-28T", "time"),
        ("recipient age1", "recipient age1q", "recipient"),
        ("Åse Ærlig", "Åse \u202eÆrlig", "name"),
        ("Åse Ærlig", " Åse Ærlig", "name"),
        ("BEGIN SSH", "BEGIN PGP", "form"),
    ],
)
def test_anything_else_is_refused(before: str, after: str, fault: str) -> None:
    text = a_card()
    assert before in text
    with pytest.raises(CardInvalid) as refused:
        cards.read(text.replace(before, after, 1))
    assert refused.value.fault == fault


def test_a_card_is_signed_by_a_key_that_it_lists() -> None:
    stranger = cards.write(
        OTHER.sign_document,
        name="Åse",
        office="A",
        office_id="0f" * 16,
        devices=(KEY.device,),
        recipients={KEY.device: RECIPIENT},
        at=AT,
    )
    with pytest.raises(CardInvalid) as refused:
        cards.read(stranger)
    assert refused.value.fault == "signer"


def test_a_signature_for_something_else_is_none_for_a_card() -> None:
    signed = a_card().partition("-----BEGIN")[0]
    with pytest.raises(CardInvalid) as refused:
        cards.read(signed + KEY.sign_document(signed.encode(), namespace="segl-bundle"))
    assert refused.value.fault == "signature"


def test_a_name_that_would_break_the_card_is_written_as_one_line() -> None:
    assert cards.read(a_card(name="Åse\nrecipient age1x\u202e")).name == "Åserecipient age1x"


READS = {KEY.device: RECIPIENT, OTHER.device: generate_x25519().recipient.encode()}


def of_several(**changes: object) -> str:
    said: dict[str, object] = {
        "name": "Åse Ærlig",
        "office": "Prøveskolen",
        "office_id": "0f" * 16,
        "devices": (KEY.device, OTHER.device),
        "recipients": READS,
        "at": AT,
    }
    return cards.write(KEY.sign_document, **(said | changes))  # type: ignore[arg-type]


def signed_anew(text: str) -> str:
    """The card with a right signature over what stands there now."""
    signed = text.partition("-----BEGIN")[0]
    return signed + KEY.sign_document(signed.encode(), namespace=cards.NAMESPACE)


def test_a_card_says_at_which_device_each_recipient_reads() -> None:
    card = cards.read(of_several())
    assert card.text.startswith("segl-card v2\n")
    assert (dict(card.recipients), card.says_whose) == (READS, True)
    assert card.recipient == READS[OTHER.device]
    # One that was given up has none, and a file may have cards of both forms.
    first = cards.read(of_several(recipients={KEY.device: RECIPIENT}))
    assert (dict(first.recipients), first.recipient) == ({KEY.device: RECIPIENT}, RECIPIENT)
    assert [one.says_whose for one in cards.read_all(of_several() + "\n" + a_card())] == [True, False]


def test_what_the_first_form_can_say_is_written_in_it() -> None:
    card = cards.read(of_several(recipients={OTHER.device: RECIPIENT}))
    assert card.text.startswith("segl-card v1\n")
    assert (dict(card.recipients), card.says_whose) == ({OTHER.device: RECIPIENT}, False)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (READS[OTHER.device], RECIPIENT, "recipient"),
        (f" {RECIPIENT}\n", "\n", "recipient"),
        (f" {READS[OTHER.device]}\n", " age1none\n", "recipient"),
        (f" {RECIPIENT}\n", f"  {RECIPIENT}\n", "form"),
        ("made-at", f"recipient {RECIPIENT}\nmade-at", "form"),
        ("segl-card v2", "segl-card v3", "form"),
    ],
    ids=("the-last-not-the-first", "without-one", "none", "two-spaces", "a-line-of-the-first-form", "a-later-form"),
)
def test_there_is_one_way_to_write_it(before: str, after: str, fault: str) -> None:
    text = of_several()
    assert before in text
    with pytest.raises(CardInvalid) as refused:
        cards.read(signed_anew(text.replace(before, after, 1)))
    assert refused.value.fault == fault
    cards.read(signed_anew(text))
