"""Every public vector gets its class, and releases exactly what it may."""

from __future__ import annotations

import hashlib
import io

import pytest

from store.age import AgeError, Identity, ScryptIdentity, decrypt, parse_identities
from store.secret import Secret
from tests.store.age.vectors import FOLDER, Vector, names


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the age vectors do not lie beside the repository")
@pytest.mark.parametrize("look", [False, True], ids=["told", "looks"])
@pytest.mark.parametrize("name", names() or ["none"])
def test_vector(name: str, look: bool) -> None:
    vector = Vector.read(FOLDER / name)
    identities: list[Identity] = [ScryptIdentity(Secret.from_text(phrase)) for phrase in vector.passphrases]
    for text in vector.identities:
        identities += parse_identities(text)
    sink = io.BytesIO()
    outcome = "success"
    try:
        decrypt(io.BytesIO(vector.file), sink, identities, armored=None if look else vector.armored)
    except AgeError as error:
        outcome = error.failure_class
    assert outcome == vector.expect
    if vector.payload is not None:
        assert hashlib.sha256(sink.getvalue()).hexdigest() == vector.payload


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the age vectors do not lie beside the repository")
def test_there_are_vectors() -> None:
    assert len(names()) >= 70
