"""Any interleaving of work and exchanges among five vaults ends with equal journals and equal tables."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidance.custody import Device, Event, Move
from store.cases.erasing_errors import ErasingRefused
from store.cases.erasing_model import ErasureOrder
from store.cases.errors import CaseHandedOver, CustodyRefused, SaidDifferently
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.model import EvidenceDraft, PersonDraft, Role
from store.union import EntriesMissing, verify_entries
from tests.store.circle import circle, shares, vault_desk
from tests.store.desk import a_case
from tests.store.test_union import give, tables

NAMES = ("Mette", "Bo", "Ida", "Kaj", "Lis")
_who = st.integers(0, 4)
_acts = st.lists(
    st.one_of(
        st.tuples(st.just("note"), _who, st.integers(0, 9)),
        st.tuples(st.just("level"), _who, st.integers(1, 4)),
        st.tuples(st.just("person"), _who, st.integers(0, 2)),
        st.tuples(st.just("change"), _who, st.integers(0, 2)),
        st.tuples(st.just("evidence"), _who, st.integers(0, 2)),
        st.tuples(st.just("copy"), _who, st.integers(0, 2)),
        st.tuples(st.just("erase"), _who, st.integers(0, 2)),
        st.tuples(st.just("decide"), _who, st.integers(0, 3)),
        st.tuples(st.just("hand on"), _who, _who),
        st.tuples(st.just("receive"), _who, _who),
        st.tuples(st.just("share"), _who, _who),
        st.tuples(st.just("take back"), _who, _who),
        st.tuples(st.just("give"), _who, _who),
        st.tuples(st.just("some"), _who, _who),
    ),
    max_size=24,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Five vaults that know one another and have one case, made once."""
    root = tmp_path_factory.mktemp("five")
    desks = circle(root, *NAMES)
    case = a_case(desks[0])
    desks[0].register_evidence(case.id, EvidenceDraft(digest=f"sha256:{'0a' * 32}"))
    desks[0].record_custody(case.id, "E1", Move(event=Event.FOUND, by=NAMES[0]))
    for desk in desks[1:]:
        give(desks[0], desk, case.id)
    for desk in desks:
        desk.close()
    return root, case.id


def act(desks: list[Casework], space: str, what: str, who: int, other: int) -> None:
    one = desks[who]
    match what:
        case "note":
            one.add_note(space, f"Notat {other} af {who}")
        case "level":
            one.set_level(space, other, f"fordi {who}")
        case "person":
            one.add_person(space, PersonDraft(name=f"Vidne {other}", roles=(Role.WITNESS,)))
        case "change":
            first = min(person.id for person in one.case(space).people)
            one.change_person(space, first, PersonDraft(name=f"Navn {other}", roles=(Role.VICTIM,)))
        case "evidence":
            one.register_evidence(space, EvidenceDraft(digest=f"sha256:{f'{who}{other}' * 32}"))
        case "erase":
            # What was put right may go at once, also of an open case; of one that was taken back nothing may.
            note = one.add_note(space, f"Forkert {other} af {who}")
            one.correct_note(space, note.id, f"Rettet {other}", "en fejl")
            with suppress(ErasingRefused):
                plan = one.plan_erasing_entry(space, note.id)
                one.erase(plan, ErasureOrder(confirmation=plan.confirm, ground="Artikel 17"))
        case "copy":
            with suppress(SaidDifferently):
                one.locate_copy(space, "E1", 1, (Device.OFFICE, Device.VICTIM, Device.OTHER)[other], f"siger {who}")
        case "decide":
            for conflict in one.conflicts(space)[-1:]:
                chosen = conflict.statements[other % len(conflict.statements)]
                # Nobody decides in a case that was taken from them: they lack what was said in it since.
                with suppress(CaseHandedOver):
                    one.decide(space, conflict.subject, chosen.entry, "Vi har talt sammen.")
        case "hand on" | "receive":
            moves = (
                [Move(event=Event.HANDED, by=name, to=NAMES[other]) for name in NAMES]
                if what == "hand on"
                else [Move(event=Event.RECEIVED, by=NAMES[other])]
            )
            for move in moves:
                # Who holds it is one of them; the others are refused, and all are while it is disputed.
                with suppress(CustodyRefused, SaidDifferently):
                    one.record_custody(space, "E1", move)
                    break
        case "share" | "take back" if one is not desks[other]:
            write = Casework.share_case if what == "share" else Casework.end_share
            write(one, space, desks[other].office().author_id, "Vi er flere om sagen.")
        case "give":
            give(one, desks[other], space)
        case "some":
            # A stick that is half full: only what is older of what the other lacks, in another order.
            entries = one.entries_beyond(space, desks[other].held(space))
            with suppress(EntriesMissing):
                desks[other].take_in(SpaceKind.CASE, space, verify_entries(entries[: len(entries) // 2][::-1]))


def handed_over(desk: Casework, space: str) -> bool:
    """Whether the case is no longer that of whoever has this vault."""
    return next(one for one in desk.cases() if one.id == space).handed_over is not None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_acts, rounds=st.permutations(range(5)))
def test_five_vaults_end_equal(made: tuple[Path, str], acts: list[tuple[str, int, int]], rounds: list[int]) -> None:
    root, space = made
    with TemporaryDirectory(prefix="segl-five-") as folder:
        copy = Path(folder, "five")
        shutil.copytree(root, copy)
        desks = [vault_desk(copy / f"{number}", number) for number in range(1, 6)]
        try:
            for what, who, other in acts:
                act(desks, space, what, who, other)
            # With whom it was never shared does not count, but in their own vault: in the end all are in.
            shares(desks[0], space, *desks[1:])
            for _twice in range(2):
                for one in rounds:
                    for other in rounds:
                        if one != other:
                            give(desks[one], desks[other], space)
            wanted = tables(desks[0], space)
            for desk in desks:
                assert tables(desk, space) == wanted
                assert desk.evidence_piece(space, "E1") == desks[0].evidence_piece(space, "E1")
                assert desk.conflicts(space) == desks[0].conflicts(space)
                assert check(desk._vault).well
            # Who has had the case taken back by somebody decides nothing in it; that one of the others can is so here.
            decider = next((desk for desk in desks if not handed_over(desk, space)), None)
            if decider is not None:
                for conflict in decider.conflicts(space):
                    decider.decide(space, conflict.subject, conflict.statements[-1].entry, "Vi er enige.")
                assert decider.conflicts(space) == ()
                assert not any(event.fault for event in decider.evidence_piece(space, "E1").custody)
        finally:
            for desk in desks:
                desk.close()


def test_control_vaults_that_did_not_exchange_are_not_equal(made: tuple[Path, str], tmp_path: Path) -> None:
    root, space = made
    shutil.copytree(root, tmp_path / "five")
    desks = [vault_desk(tmp_path / "five" / f"{number}", number) for number in (1, 2)]
    desks[0].add_note(space, "Kun her.")
    assert tables(desks[0], space) != tables(desks[1], space)
    for desk in desks:
        desk.close()
