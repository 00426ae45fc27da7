"""The register on the command line: found by words, numbers or digests, told as it is read, and nothing else read."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from store.cases import values
from store.casework import Casework
from tests.tui.cli.support import Segl
from tui.cli.answer import Answer, Output

COUNT = 450


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@pytest.fixture(scope="module")
def filled(made: Path, reference: str, tmp_path_factory: pytest.TempPathFactory) -> Segl:
    """A case with many pieces, of which two are described."""
    home = tmp_path_factory.mktemp("filled") / "home"
    shutil.copytree(made, home)
    segl = Segl(home)
    listed = "".join(f"{digest(number)}  {number}.jpg\n" for number in range(1, COUNT + 1))
    segl("evidence", "add-list", reference, "-", stdin=listed)
    for number in (7, 300):
        facts = 'platform = "Snapchat"\nshows = "Åse i gården"\nholder = "police"'
        segl("evidence", "amend", reference, f"E{number}", fds={"--facts-fd": facts})
    return segl


def numbers(document: Any) -> list[int]:
    return [one["number"] for one in document["evidence"]]


def test_the_whole_register_is_told(filled: Segl, reference: str) -> None:
    document = filled("evidence", "list", reference, "--json").json
    assert numbers(document) == list(range(1, COUNT + 1))
    assert (document["case"], document["registered"], document["found"], document["from"]) == (
        reference,
        COUNT,
        COUNT,
        1,
    )
    assert document["evidence"][6]["shows"] == "Åse i gården"
    assert document["evidence"] == filled("case", "show", reference, "--json").json["evidence"]
    told = filled("evidence", "list", reference, "--lang", "en").out.splitlines()
    assert [line.split("  ")[0] for line in told if line.startswith("E")] == [f"E{n}" for n in range(1, COUNT + 1)]
    assert told[-1].startswith("  still to be written")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--numbers", "E7"), [7]),
        (("--numbers", "448-460"), [448, 449, 450]),
        (("--numbers", "E900"), []),
        (("--digest", digest(123)[:10]), [123]),
        (("--digest", f"sha256:{digest(123)}"), [123]),
        (("--digest", f"BLAKE3:{digest(123)[:8]}"), []),
    ],
    ids=range(6),
)
def test_numbers_and_digests_are_arguments(
    filled: Segl, reference: str, options: tuple[str, ...], found: list[int]
) -> None:
    document = filled("evidence", "list", reference, *options, "--json").json
    assert numbers(document) == found
    assert (document["registered"], document["found"]) == (COUNT, len(found))


def test_words_come_on_standard_input_or_a_descriptor(filled: Segl, reference: str) -> None:
    for document in (
        filled("evidence", "list", reference, "--find", "--json", stdin="GÅRDEN snap\n").json,
        filled("evidence", "list", reference, "--lang", "da", "--json", fds={"--find-fd": "politiet"}).json,
    ):
        assert numbers(document) == [7, 300]
    assert numbers(filled("evidence", "list", reference, "--json", fds={"--find-fd": "E12"}).json)[0] == 12
    assert numbers(filled("evidence", "list", reference, "--json", fds={"--find-fd": digest(9)[:12]}).json) == [9]


def test_words_are_never_an_argument(filled: Segl, reference: str) -> None:
    for options in (("hemmelig",), ("--find", "hemmelig"), ("--numbers", "hemmelig"), ("--digest", "hemmelig")):
        done = filled("evidence", "list", reference, *options, "--lang", "en", code=2)
        assert b"hemmelig" not in done.raw
    assert "standard input" in filled("evidence", "list", reference, "--find", "hemmelig", "--lang", "en", code=2).err
    filled("evidence", "list", reference, "--find", "--numbers", "E1", code=2)
    assert "empty" in filled("evidence", "list", reference, "--find", "--lang", "en", stdin=" \n", code=2).err
    for wrong in (("--from", "0"), ("--count", "0"), ("--from", "-1"), ("--count", "1٢"), ("--digest", "abc")):
        filled("evidence", "list", reference, *wrong, code=2)


def test_a_part_of_it(filled: Segl, reference: str) -> None:
    document = filled("evidence", "list", reference, "--from", "449", "--count", "5", "--json").json
    assert (numbers(document), document["from"], document["found"]) == ([449, 450], 449, COUNT)
    part = ("--from", "2", "--count", "1")
    document = filled("evidence", "list", reference, *part, "--json", fds={"--find-fd": "åse"}).json
    assert (numbers(document), document["from"], document["found"]) == ([300], 2, 2)
    told = filled("evidence", "list", reference, *part, "--lang", "en", fds={"--find-fd": "åse"}).out
    assert "E300 " in told
    assert f"2 of {COUNT} pieces\nListed: 2 to 2 of 2.\n" in told
    told = filled("evidence", "list", reference, "--from", "9", "--lang", "en", fds={"--find-fd": "åse"}).out
    assert told == f"2 of {COUNT} pieces\nThere are no more than 2.\n"
    assert (
        filled("evidence", "list", reference, "--lang", "en", fds={"--find-fd": "x y z"}).out == "No piece matches.\n"
    )


def test_an_empty_register_says_so(segl: Segl, case: str) -> None:
    assert segl("evidence", "list", case, "--lang", "en").out == "No evidence is registered yet.\n"
    document = segl("evidence", "list", case, "--json").json
    assert (document["evidence"], document["registered"], document["found"]) == ([], 0, 0)


def test_in_the_shell_the_words_follow_on_the_next_lines(filled: Segl, reference: str) -> None:
    script = f"evidence list {reference} --find\ngården\n.\nevidence list {reference} --numbers E3\n"
    first, second = filled("shell", "--json", stdin=script).out.splitlines()
    assert numbers(json.loads(first)) == [7, 300]
    assert numbers(json.loads(second)) == [3]
    assert json.loads(second)["exit_code"] == 0


ONE = (("evidence", "read-out"), ("evidence", "amend"), ("evidence", "custody"))


@pytest.mark.parametrize("command", ONE, ids=" ".join)
def test_what_is_about_one_piece_reads_one(
    filled: Segl, reference: str, command: tuple[str, str], in_this_process: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    whole = values.read_evidence

    def few(value: Any) -> dict[str, Any]:
        read.append(value)
        assert len(read) <= 5, "more than the piece was read"
        return whole(value)

    in_this_process.setattr("store.cases.pieces.read_evidence", few)
    facts = {"--facts-fd": 'came_how = "vist"'} if command[1] == "amend" else {}
    done = filled(*command, reference, "E440", "--json", fds=facts).json
    assert done["case"] == reference
    # The control: a list of six reads more, and is stopped.
    filled("evidence", "list", reference, "--count", "6", code=1)


NOT_WHOLE = (
    ("evidence", "list"),
    ("case", "show"),
    ("case", "history"),
    ("case", "wellbeing"),
    ("guide",),
    ("evidence", "read-out"),
    ("note", "add"),
)


@pytest.mark.parametrize("command", NOT_WHOLE, ids=" ".join)
def test_no_command_that_only_tells_holds_the_whole_case(
    filled: Segl, reference: str, command: tuple[str, ...], in_this_process: pytest.MonkeyPatch
) -> None:
    def whole(_self: Casework, _case: str) -> None:
        raise AssertionError("the whole case was asked for")

    in_this_process.setattr(Casework, "case", whole)
    piece = ("E5",) if command[-1] == "read-out" else ()
    filled(*command, reference, *piece, "--json", stdin="Et notat." if command[0] == "note" else None)


def test_control_a_command_that_needs_the_whole_case_is_seen(
    filled: Segl, reference: str, in_this_process: pytest.MonkeyPatch
) -> None:
    def whole(_self: Casework, _case: str) -> None:
        raise AssertionError("the whole case was asked for")

    in_this_process.setattr(Casework, "case", whole)
    filled("seal", reference, "--for", "police", "--preview", code=1)


def test_a_piece_that_is_not_there(filled: Segl, reference: str) -> None:
    assert filled("evidence", "read-out", reference, "E451", "--json", code=2).json["error"]["code"] == "item-unknown"
    facts = {"--facts-fd": 'came_how = "vist"'}
    done = filled("evidence", "amend", reference, "E451", "--json", fds=facts, code=2).json
    assert done["error"]["code"] == "item-unknown"


def test_where_nobody_reads_any_more_the_list_stops() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    output = Output(stdout=Closed())
    assert not output.unread
    asked = []

    def lines() -> Any:
        for number in range(5000):
            if output.unread:
                return
            asked.append(number)
            yield f"{number}"

    output.told(lines())
    assert output.unread
    assert len(asked) == 1000
    with pytest.raises(BrokenPipeError):
        output.answer(Answer(document=None))
