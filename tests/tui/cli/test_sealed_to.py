"""To whom something was sealed is said of every seal: in the history, in the log of who opened it and in the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from store.bundle.contents import REPORT
from store.bundle.names import CASE_JSON, JOURNAL
from tests.store.bundle.invented import POLICE_RECIPIENT
from tests.store.bundle.test_seal import members, opened_tar
from tests.tui.cli.support import ANSWERS, Segl
from tests.tui.cli.test_json import faults

KEY = f"{POLICE_RECIPIENT[:12]}...{POLICE_RECIPIENT[-6:]}"


def known(segl: Segl, home: Path) -> str:
    """Makes Torkil known by his card; gives his key."""
    other = Segl(home)
    other("init", "--lang", "en", "--answers", "-", "--kdf", "floor", stdin=ANSWERS.replace("Åse Ærlig", "Torkil Vind"))
    mark = other("keys", "show", "--json").json["fingerprint"]
    segl("keys", "trust", "-", "--compared", mark, stdin=other("keys", "card").out)
    recipient = other("keys", "show", "--json").json["recipient"]
    assert isinstance(recipient, str)
    return recipient


def seals(files: dict[str, bytes]) -> list[Any]:
    """What the entries of earlier seals say in a bundle."""
    lines = [json.loads(line) for line in files[JOURNAL].splitlines()]
    payloads = [line["payload"] for line in lines if "\nkind case.sealed\n" in line["header"]]
    return [json.loads(one) if isinstance(one, str) else one for one in payloads]


def test_each_seal_says_to_whom(segl: Segl, case: str, tmp_path: Path) -> None:
    torkil = known(segl, tmp_path / "other")
    first, second, last = (tmp_path / f"{name}.segl.age" for name in "abc")
    segl("seal", case, "--for", "police", "--to", POLICE_RECIPIENT, "--to", torkil, "-o", first)
    segl("seal", case, "--for", "authority", "-o", second, fds={"--passphrase-fd": "fire heste i regn\n"})
    english, danish = (segl("case", "history", case, "--lang", language).out for language in ("en", "da"))
    assert f"Sealed as a.segl.age, for: the police, to be opened by {KEY}, Torkil Vind (" in english
    assert f"Forseglet som a.segl.age, til: politiet, kan åbnes af {KEY}, Torkil Vind (" in danish
    assert "Sealed as b.segl.age, for: an authority, to be opened with a passphrase (" in english
    assert "Forseglet som b.segl.age, til: en myndighed, kan åbnes med en adgangskode (" in danish

    log = segl("access-log", case, "--json").json
    assert faults("segl access-log", log) == []
    assert [one["recipients"] for one in log["log"] if one["act"] == "sealed"] == [[POLICE_RECIPIENT, torkil], []]
    english, danish = (segl("access-log", case, "--lang", language).out for language in ("en", "da"))
    assert f"the police, to be opened by {KEY}, Torkil Vind" in english
    assert f"politiet, kan åbnes af {KEY}, Torkil Vind" in danish
    assert "an authority, to be opened with a passphrase" in english
    # The person concerned is told when and for what.
    nameless = segl("access-log", case, "--for-person", "--lang", "en").out
    assert "the police" in nameless
    assert not [word for word in ("Torkil", KEY, "opened by") if word in nameless]
    assert POLICE_RECIPIENT not in segl("access-log", case, "--for-person", "--json").out

    # The entry itself says it, and the report of the next bundle.
    segl("seal", case, "--for", "police", "--to", POLICE_RECIPIENT, "-o", last)
    files = members(opened_tar(last))
    assert [one["recipients"] for one in seals(files)] == [[POLICE_RECIPIENT, torkil], []]
    for name in (REPORT, CASE_JSON):
        told = files[name].decode()
        assert f"{KEY}, Torkil Vind" in told
        assert "kan åbnes med en adgangskode" in told or "to be opened with a passphrase" in told


def test_where_names_are_withheld_the_key_alone_is_said(segl: Segl, case: str, tmp_path: Path) -> None:
    """The name is on a card and stands in no entry, so that nobody could mark it."""
    torkil = known(segl, tmp_path / "other")
    segl("seal", case, "--for", "police", "--to", torkil, "-o", tmp_path / "a.segl.age")
    choice = json.dumps(segl("seal", case, "--names", "--json").json["choice"])
    last = tmp_path / "b.segl.age"
    order = ("seal", case, "--for", "person-concerned", "--to", POLICE_RECIPIENT, "-o", last)
    segl(*order, "--withhold", "-", stdin=choice)
    files = members(opened_tar(last))
    [sealed] = seals(files)
    assert sealed["recipients"] == [torkil]
    assert f"{torkil[:12]}...{torkil[-6:]}" in files[REPORT].decode()
    assert not [name for name, data in files.items() if b"Torkil" in data]
