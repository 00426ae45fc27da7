"""To whom a bundle is sealed: somebody's workstations of today, each of them and no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance.language import speaking
from store.age.errors import NoMatch
from store.bundle.open import open_bundle
from store.bundle.seal import SealOrder, seal
from store.cases.readers import ReadsNowhere
from store.cases.trust_errors import AuthorUnknown
from store.casework import Casework
from store.model import Purpose
from tests.store.circle import card_of, member, trusts
from tests.store.desk import a_case
from tests.store.exchange.rounds import joined as colleague
from tests.store.exchange.rounds import until_still
from tests.store.exchange.test_workstations import of_mette

Office = tuple[list[Casework], Casework]


@pytest.fixture()
def office(tmp_path: Path, folder: Path) -> Iterator[Office]:
    """Three workstations of Mette's, and a colleague Bo."""
    desks = of_mette(tmp_path, 3)
    bo = colleague(tmp_path / "9", 9, "Bo", desks[0])
    until_still([*desks, bo], folder)
    yield desks, bo
    for desk in (*desks, bo):
        desk.close()


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    """An exchange folder."""
    path = tmp_path / "stick"
    path.mkdir()
    return path


def sealed(desk: Casework, recipients: tuple[str, ...], out: Path) -> Path:
    case = a_case(desk)
    order = SealOrder(purpose=Purpose.COLLEAGUE, out=out, recipients=recipients, language="en")
    desk.record_seal(case.id, seal(desk.export_case(case.id, "en"), order, desk.sign))
    return out


def opens(desk: Casework, path: Path) -> bool:
    """Whether the keys of a vault open a bundle."""
    try:
        return open_bundle(path, desk.identities(), trusted=desk.known_signers()).verdicts.usable
    except NoMatch:
        return False


def test_each_workstation_of_a_colleague_opens_what_is_sealed_to_them(office: Office, tmp_path: Path) -> None:
    desks, bo = office
    mette = desks[0].office().author_id
    bundle = sealed(bo, bo.recipients_of(mette[:8]), tmp_path / "a.segl.age")
    assert [opens(desk, bundle) for desk in desks] == [True, True, True]
    assert not opens(bo, bundle)
    # The control: to the key of one, it opens at that one alone.
    alone = sealed(bo, (card_of(desks[1]).recipients[desks[1]._journal.device],), tmp_path / "b.segl.age")
    assert [opens(desk, alone) for desk in desks] == [False, True, False]


def test_a_workstation_that_was_given_up_is_no_recipient(office: Office, folder: Path, tmp_path: Path) -> None:
    (first, second, third), bo = office
    before = bo.recipients_of(first.office().author_id)
    first.revoke_workstation(third.key_card().fingerprint, "Den er stjålet.")
    until_still([first, second, bo], folder)
    after = bo.recipients_of(first.office().author_id)
    assert set(before) - set(after) == {third.key_card().recipient}
    bundle = sealed(bo, after, tmp_path / "a.segl.age")
    assert [opens(desk, bundle) for desk in (first, second, third)] == [True, True, False]


def test_somebody_of_another_office_is_sealed_to_by_their_card(office: Office, tmp_path: Path) -> None:
    desks, _bo = office
    ida = member(tmp_path / "ida", 8, "Ida")
    trusts(ida, desks[0])
    mark = desks[0].key_card().fingerprint
    bundle = sealed(ida, ida.recipients_of(mark), tmp_path / "a.segl.age")
    assert [opens(desk, bundle) for desk in desks] == [True, True, True]
    ida.revoke(mark, "Hun er holdt op.")
    with pytest.raises(ReadsNowhere) as refused:
        ida.recipients_of(mark)
    assert "Mette" in refused.value.diagnostics().happened
    with pytest.raises(AuthorUnknown):
        ida.recipients_of("0000")
    ida.close()


def test_whose_the_keys_are_and_who_is_left_out_is_said(office: Office, folder: Path) -> None:
    (first, second, third), bo = office
    mette = first.office().author_id
    [all_of_them] = bo.readers_of(bo.recipients_of(mette))
    assert (len(all_of_them.opens), all_of_them.left_out, all_of_them.given_up) == (3, (), 0)
    assert all_of_them.warnings() == ()
    [one] = bo.readers_of([second.key_card().recipient])
    assert [each.device for each in one.opens] == [second._journal.device]
    assert {each.device for each in one.left_out} == {first._journal.device, third._journal.device}
    with speaking("en"):
        assert all_of_them.words() == "Mette (3 workstations)"
        assert one.words() == "Mette (1 workstation)"
        [warning] = one.warnings()
        assert "Mette has 2 further workstations" in warning
    first.revoke_workstation(third.key_card().fingerprint, "Den er stjålet.")
    until_still([first, second, bo], folder)
    [stale] = bo.readers_of([third.key_card().recipient])
    assert (stale.opens, len(stale.left_out), stale.given_up) == ((), 2, 1)
    with speaking("en"):
        assert any("was given up (Mette)" in line for line in stale.warnings())
    # A key that nobody's card names is nobody's, and oneself is told apart.
    assert bo.readers_of(["age1" + "q" * 58]) == ()
    [own] = first.readers_of([first.key_card().recipient])
    with speaking("en"):
        assert own.words() == "yourself (1 workstation)"
        assert own.warnings() == ("It is not sealed to 1 further workstation of yours: there it can't be opened.",)
