"""A share that came to nothing shares nothing, and is named with who wrote it and why."""

from __future__ import annotations

from pathlib import Path

from store.cases.lost_shares import lost_share_words
from store.casework import Casework
from store.entry import SpaceKind
from store.model import StoredEntry
from store.projections import remake_space
from store.union import verify_entries
from tests.store.circle import circle, member, shares, trusts
from tests.store.desk import a_case
from tests.store.exchange.test_workstation import joined
from tests.store.test_union import give


def erased_by_itself(desk: Casework, space: str) -> None:
    """The newest share of a case without its content, as where a tombstone for it came."""
    connection = desk._connection
    with connection.transaction():
        [(id,)] = connection.execute(
            "SELECT id FROM entry WHERE space = ? AND kind = 'case.shared' ORDER BY arrival DESC LIMIT 1", (space,)
        ).fetchall()
        connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)", (id, id))
        connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE id = ?", (id,))
        remake_space(connection, space, desk._silent(space))


def test_an_erased_share_shares_nothing_and_is_said(tmp_path: Path) -> None:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    shares(mette, case.id, bo)
    assert mette.lost_shares(case.id) == ()
    assert [one.name for one in mette.shares(case.id)] == ["Bo"]
    erased_by_itself(mette, case.id)
    assert mette.shares(case.id) == ()
    [lost] = mette.lost_shares(case.id)
    assert (lost.by, lost.why) == ("Mette", "erased")
    assert "Mette" in lost_share_words(lost)
    assert not any(one.author.name == "Bo" for one in mette.exchange_people())
    # Shared once more, they have it, and what came to nothing is still said.
    shares(mette, case.id, bo)
    assert [one.name for one in mette.shares(case.id)] == ["Bo"]
    assert len(mette.lost_shares(case.id)) == 1
    for desk in (mette, bo):
        desk.close()


def test_what_came_without_content_and_who_may_not_share_are_said(tmp_path: Path) -> None:
    mette, bo, ida = circle(tmp_path, "Mette", "Bo", "Ida")
    case = a_case(mette)
    shares(mette, case.id, bo)
    give(mette, bo, case.id)
    bo.share_case(case.id, ida.office().author_id, "Fra Bo")
    beyond = [
        StoredEntry(id=one.id, header=one.header, signature=one.signature, salt=None, payload=None)
        if b"\nkind case.shared\n" in one.header
        else one
        for one in bo.entries_beyond(case.id, mette.held(case.id))
    ]
    mette.take_in(SpaceKind.CASE, case.id, verify_entries(beyond))
    assert [(one.by, one.why) for one in mette.lost_shares(case.id)] == [("Bo", "withheld")]
    # Ida has it by hand and shares it on: nobody ever shared it with her, as far as Mette knows.
    kaj = member(tmp_path / "kaj", 9, "Kaj")
    trusts(ida, kaj)
    give(bo, ida, case.id)
    ida.share_case(case.id, kaj.office().author_id, "Fra Ida")
    mette.take_in(SpaceKind.CASE, case.id, verify_entries(ida.entries_beyond(case.id, mette.held(case.id))))
    assert ("Ida", "not-shared") in {(one.by, one.why) for one in mette.lost_shares(case.id)}
    for desk in (mette, bo, ida, kaj):
        desk.close()


def test_two_who_know_other_workstations_of_somebody_share_with_the_same_person(tmp_path: Path) -> None:
    """Which recipient a share names is no disagreement: each of their workstations is sealed to."""
    mette, ida = circle(tmp_path, "Mette", "Ida")
    bo = member(tmp_path / "bo", 7, "Bo")
    trusts(mette, bo)
    second = joined(bo, tmp_path / "bo2", 8)
    trusts(ida, bo)
    case = a_case(mette)
    shares(mette, case.id, ida)
    give(mette, ida, case.id)
    shares(mette, case.id, bo)
    shares(ida, case.id, bo)
    recipients = {share.recipient for desk in (mette, ida) for share in desk.shares(case.id) if share.name == "Bo"}
    assert len(recipients) == 2
    give(ida, mette, case.id)
    assert "Bo" in {share.name for share in mette.shares(case.id)}
    # Where one of them takes it back without knowing of the other, it is not shared.
    give(mette, ida, case.id)
    mette.end_share(case.id, bo.office().author_id, "Ikke mere")
    shares(ida, case.id, bo)
    give(ida, mette, case.id)
    assert "Bo" not in {share.name for share in mette.shares(case.id)}
    for desk in (mette, ida, bo, second):
        desk.close()
