"""Files that are for nobody here: opened once, and however many they are, whoever counts comes in turn."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import cards
from store.age.file import encrypt
from store.age.header import Stanza
from store.age.keys import parse_recipient
from store.age.x25519 import X25519Identity
from store.casework import Casework
from store.errors import DiskFull
from store.exchange import envelope, head, listing, looking, memory
from store.exchange.folder import SUFFIX, Folder, seal
from store.exchange.head import SIGNATURE_END
from store.exchange.listing import Lane, Looked, Verdict
from store.exchange.post import Round
from tests.store.bundle.invented import Counsellor
from tests.store.desk import a_case
from tests.store.exchange.rounds import look, planned, put, round_of, until_still
from tests.store.exchange.test_envelope import STRANGER, enveloped
from tests.store.test_union import tables

Two = tuple[Casework, Casework]
DEVICE = STRANGER.public.hex()


@pytest.fixture()
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are opened, one's own apart."""
    names: list[str] = []

    really = Folder.open

    def noted(self: Folder, name: str) -> io.BufferedReader:
        if not name.endswith(SUFFIX):
            names.append(name)
        return really(self, name)

    monkeypatch.setattr(Folder, "open", noted)
    return names


def rubbish(folder: Path, desk: Casework, count: int, *, first: int = 0) -> None:
    """Of what lies about: by three strangers, for others, cut short, too large, no sealed file."""
    for number in range(first, first + count):
        by = Counsellor.of(f"stranger {number % 3}")
        for_them = seal(enveloped(by=by), desk.key_card().recipient)
        match number % 5:
            case 0 | 1:
                put(folder, f"{number:03}", for_them)
            case 2:
                put(folder, f"{number:03}", seal(b"", cards_recipient()))
            case 3:
                put(folder, f"{number:03}", for_them[:-9])
            case 4:
                put(folder, f"{number:03}", b"holiday")


def cards_recipient() -> str:
    """Somebody else's."""
    return X25519Identity(b"\x07" * 32).recipient.encode()


def recalled(
    desk: Casework, folder: Path, *, known: Mapping[str, str] | None = None, keys: int = 1
) -> Mapping[bytes, Looked]:
    """What is remembered, for who counts and for so many of one's keys."""
    return memory.recall(
        desk._connection,
        folder,
        recipients=[desk.key_card().recipient] * keys,
        known=desk.exchange_known() if known is None else known,
    ).looked


def figures(done: Round) -> tuple[object, ...]:
    came = done.came
    return done.foreign, done.damaged, done.passed_over, done.beyond, {one.fingerprint for one in came.cards_wanted}


def test_what_is_for_nobody_here_is_opened_once(
    two: Two, folder: Path, monkeypatch: pytest.MonkeyPatch, opened: list[str]
) -> None:
    bo = two[1]
    monkeypatch.setattr(listing, "MAX_AGAIN", 4)
    rubbish(folder, bo, 50)
    first = round_of(bo, folder)
    assert len(opened) >= 50
    assert (first.foreign, first.damaged, len(first.came.cards_wanted)) == (10, 10, 3)
    opened.clear()
    # The next round says the same, by three cards and four that it makes sure of.
    assert figures(round_of(bo, folder)) == figures(first)
    assert len(opened) == 3 + 4
    # The control: one that remembers nothing opens all of them.
    opened.clear()
    bo._connection.execute("DELETE FROM exchange_looked")
    assert figures(round_of(bo, folder)) == figures(first)
    assert len(opened) >= 50


def test_no_name_is_kept_and_what_is_gone_is_forgotten(two: Two, folder: Path) -> None:
    bo = two[1]
    rubbish(folder, bo, 10)
    (folder / "003").rename(folder / "Sofies mor.age")
    round_of(bo, folder)
    rows = bo._connection.execute("SELECT * FROM exchange_looked").fetchall()
    there = len(list(folder.iterdir())) - len(bo.exchange_names())
    assert len(rows) == there
    assert "Sofie" not in repr(rows)
    (folder / "Sofies mor.age").unlink()
    round_of(bo, folder)
    assert bo._connection.execute("SELECT count(*) FROM exchange_looked").fetchall() == [(there - 1,)]


def test_a_folder_does_not_forget_for_another(two: Two, folder: Path, opened: list[str]) -> None:
    bo = two[1]
    other = folder.with_name("stick")
    other.mkdir()
    rubbish(folder, bo, 10)
    rubbish(other, bo, 5)
    for place in (folder, other, folder):
        round_of(bo, place)
    assert len(recalled(bo, folder)) >= 10
    assert len(recalled(bo, other)) >= 5


def test_who_counts_now_is_looked_at_anew_and_nobody_else(two: Two, folder: Path) -> None:
    bo = two[1]
    author = cards.author_id(DEVICE)
    # Too long for a stranger's: it is no damage when they count.
    long = {f"{number:032x}": ("0" * 64,) for number in range(1000)}
    put(folder, "long", seal(enveloped(have=long), bo.key_card().recipient))
    put(folder, "short", seal(enveloped(), bo.key_card().recipient))
    put(folder, "other", seal(enveloped(by=Counsellor.of("somebody else")), bo.key_card().recipient))
    done = round_of(bo, folder)
    assert (done.damaged, len(done.came.cards_wanted)) == (1, 2)
    before = recalled(bo, folder)
    assert sorted(one.verdict for one in before.values()) == ["damaged", "stranger", "stranger"]
    counts = {**bo.exchange_known(), DEVICE: author}
    after = recalled(bo, folder, known=counts)
    assert [one.sender for one in after.values()] == [cards.author_id(Counsellor.of("somebody else").public.hex())]
    assert len(look(folder, bo, known=counts).envelopes) == 2
    # With other keys everything may be for oneself.
    assert recalled(bo, folder, known=counts, keys=2) == {}


@pytest.mark.parametrize("again", [2, 0], ids=["", "control"])
def test_a_mark_is_no_last_word(two: Two, folder: Path, monkeypatch: pytest.MonkeyPatch, again: int) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    round_of(mette, folder)
    [(name, _digest)] = [one for one in mette.exchange_names() if (folder / one[0]).exists()][-1:]
    letter = folder / name
    whole, status = letter.read_bytes(), letter.stat()
    # A copy that claims its size and its time before it is all there.
    letter.write_bytes(whole[:-500] + bytes(500))
    os.utime(letter, ns=(status.st_atime_ns, status.st_mtime_ns))
    rubbish(folder, bo, 15)
    monkeypatch.setattr(listing, "MAX_AGAIN", again)
    round_of(bo, folder)
    letter.write_bytes(whole)
    os.utime(letter, ns=(status.st_atime_ns, status.st_mtime_ns))
    for _round in range(16 // 2 + 1):
        round_of(bo, folder)
    assert bool(bo.cases()) == bool(again)
    if again:
        assert tables(bo, case.id) == tables(mette, case.id)


def salt_by_which_it_comes_last(bo: Casework, folder: Path, name: str) -> None:
    """What chance might do: the file comes after all others."""
    own = [one for one, _digest in bo.exchange_names()]
    for number in range(10_000):
        salt = number.to_bytes(listing.SALT_SIZE, "big")
        with os.scandir(folder) as found:
            if max(listing._marked(found, salt, own))[1] == name:
                bo._connection.execute("UPDATE vault SET value = ? WHERE key = 'exchange-salt'", (salt.hex(),))
                bo._connection.execute("DELETE FROM exchange_looked")
                return
    raise AssertionError("it never comes last")


@pytest.mark.parametrize("turns", [True, False], ids=["", "control"])
@pytest.mark.parametrize("remembered", [60_000, 0], ids=["remembered", "too many to remember"])
def test_who_counts_comes_within_so_many_rounds(
    two: Two, folder: Path, monkeypatch: pytest.MonkeyPatch, remembered: int, turns: bool
) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    round_of(mette, folder)
    name = mette.exchange_names()[-1][0]
    rubbish(folder, bo, 40)
    salt_by_which_it_comes_last(bo, folder, name)
    monkeypatch.setattr(listing, "MAX_FILES", 6)
    monkeypatch.setattr(memory, "MAX_REMEMBERED", remembered)
    if not turns:
        monkeypatch.setattr(memory, "go_on", lambda *_given: None)
        # What is remembered is a turn, too: it is out of the way.
        monkeypatch.setattr(memory, "remember", lambda *_given: None)
    others = len([one for one in folder.iterdir() if one.name not in dict(bo.exchange_names())])
    rounds = 0
    while not bo.cases() and rounds < 30:
        # Three more come before each round, without end.
        rubbish(folder, bo, 3, first=100 + 3 * rounds)
        done = round_of(bo, folder)
        assert done.beyond > 0
        rounds += 1
    if turns:
        # Of those that come meanwhile, only as many as are put before it are in its way.
        assert 1 < rounds <= 2 * -(-others // 6)
        assert tables(bo, case.id) == tables(mette, case.id)
    else:
        assert rounds == 30


marks = st.lists(st.binary(min_size=16, max_size=16), unique=True, min_size=1, max_size=60)


@given(files=marks, most=st.integers(1, 9), begin=st.none() | st.binary(min_size=16, max_size=16))
def test_in_turn_everything_is_looked_at(files: list[bytes], most: int, begin: bytes | None) -> None:
    seen: set[bytes] = set()
    after = begin
    for _round in range(-(-len(files) // most)):
        some = listing._turn([(mark, "") for mark in files], after, most)
        assert len(some) == min(most, len(files))
        after = some[-1][0]
        seen.update(mark for mark, _name in some)
    assert seen == set(files)


@given(files=marks.filter(lambda files: len(files) > 9))
def test_control_without_going_on_it_is_not(files: list[bytes]) -> None:
    seen = {mark for _round in range(60) for mark, _name in listing._turn([(one, "") for one in files], None, 9)}
    assert len(seen) == 9


def test_who_counts_comes_first_and_has_no_more_than_half(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_FILES", 10)
    for number in range(40):
        (folder / f"{number}").touch()
    nothing = listing.blank()
    with os.scandir(folder) as found:
        there = dict(listing._marked(found, nothing.salt, ()))
    counts = {mark: Looked(verdict=Verdict.COUNTS) for mark in list(there)[:20]}
    plan = planned(folder, listing.Memory(salt=nothing.salt, looked=counts))
    assert [item.lane for item in plan.items] == [Lane.COUNTS] * 5 + [Lane.NEW] * 5
    assert (plan.beyond, set(plan.cut)) == (15 + 15, {Lane.COUNTS, Lane.NEW})


@pytest.fixture()
def tried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many recipients were tried, file by file."""
    counts: list[int] = []
    really = X25519Identity.unwrap

    def noted(self: X25519Identity, stanzas: Sequence[Stanza]) -> bytes | None:
        counts.append(len(stanzas))
        return really(self, stanzas)

    monkeypatch.setattr(X25519Identity, "unwrap", noted)
    return counts


def test_of_many_recipients_none_is_tried(two: Two, folder: Path, tried: list[int]) -> None:
    bo = two[1]
    own, other = parse_recipient(bo.key_card().recipient), parse_recipient(cards_recipient())
    for name, recipients in (("few", [other, own]), ("most", [other] * 999 + [own])):
        sealed = io.BytesIO()
        encrypt(io.BytesIO(enveloped()), sealed, recipients)
        put(folder, name, sealed.getvalue())
    found = look(folder, bo)
    assert (found.foreign, found.damaged, dict(found.strangers), tried) == (1, 1, {}, [])
    # The control: an envelope has one, and it is tried.
    put(folder, "one", seal(enveloped(), bo.key_card().recipient))
    assert list(look(folder, bo).strangers) == [DEVICE]
    assert tried == [1]


def test_the_progress_goes_on_from_part_to_part(two: Two, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    for number in range(5):
        mette.add_note(case.id, f"{number}" * 9000)
        round_of(mette, folder)
    monkeypatch.setattr(looking, "HELD_MOST", 20_000)
    plan: listing.Plan | None = planned(folder)
    seen: list[tuple[int, int]] = []
    parts = 0
    while plan is not None:
        found = look(folder, bo, plan=plan, progress=lambda done, total: seen.append((done, total)))
        plan, parts = found.rest, parts + 1
    assert parts > 2
    # The one for which there was no room is looked at twice.
    assert sorted(set(seen)) == list(dict.fromkeys(seen)) == [(one, len(set(seen))) for one in range(len(set(seen)))]


def test_whose_a_head_is_is_asked_before_it_is_read(two: Two, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mette, bo = two
    heads: list[int] = []
    really = head.read_head

    def noted(text: bytes) -> head.Head:
        heads.append(len(text))
        return really(text)

    monkeypatch.setattr(envelope, "read_head", noted)
    # Somebody who knows Bo's card and passes themselves off as Mette, with a head as long as only who counts may have.
    long = {f"{number:032x}": ("0" * 64,) for number in range(5000)}
    text = enveloped(have=long)
    card = text.partition(SIGNATURE_END)[2]
    lines = text[: text.index(b"-----BEGIN")].replace(
        cards.author_id(DEVICE).encode(), mette.office().author_id.encode(), 1
    )
    false = lines + STRANGER.sign(lines, namespace=head.NAMESPACE).encode() + card
    put(folder, "false", seal(false, bo.key_card().recipient))
    assert list(look(folder, bo).strangers) == [DEVICE]
    assert heads == []
    # The control: by who counts it is read.
    assert len(look(folder, bo, known={DEVICE: mette.office().author_id}).envelopes) == 1
    assert heads != []


def test_on_a_full_disk_nothing_is_remembered_and_all_comes(
    two: Two, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mette, bo = two
    case = a_case(mette)
    round_of(mette, folder)
    rubbish(folder, bo, 10)

    def full(*_given: object, **_named: object) -> None:
        raise DiskFull(folder)

    with monkeypatch.context() as patch:
        for name in ("remember", "go_on", "forget"):
            patch.setattr(memory, name, full)
        done = round_of(bo, folder)
    assert tables(bo, case.id) == tables(mette, case.id)
    assert (done.foreign, done.damaged) == (2, 2)
    assert recalled(bo, folder) == {}
    # The control: with room it is.
    round_of(bo, folder)
    assert len(recalled(bo, folder)) > 10
