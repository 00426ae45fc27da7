"""A plain copy from the command line: only where somebody says so, and gone again when it is filed."""

from __future__ import annotations

from pathlib import Path

from tests.tui.cli.support import Segl
from tests.tui.cli.test_json import faults


def test_written_only_where_somebody_says_so_and_cleared_again(segl: Segl, case: str, tmp_path: Path) -> None:
    esdh = tmp_path / "esdh"
    esdh.mkdir()
    facts = tmp_path / "facts.toml"
    facts.write_text('purpose = "Journalisering"\nsystem = "SBSYS"\n', encoding="utf-8")
    refused = segl("plain-copy", case, esdh, "--facts", facts, code=2)
    assert "--plain" in refused.err
    assert list(esdh.iterdir()) == []
    cloud = tmp_path / "Dropbox"
    cloud.mkdir()
    segl("plain-copy", case, cloud, "--facts", facts, "--plain", "--place-ok", code=5)
    assert list(cloud.iterdir()) == []
    made = segl("plain-copy", case, esdh, "--facts", facts, "--plain", "--json").json
    assert len(list(esdh.iterdir())) == 2
    assert case.encode() in Path(made["metadata"]).read_bytes()
    shown = segl("filing", "show", case, "--json").json["filing"]
    assert shown["copies"][0]["purpose"] == "Journalisering"
    assert shown["number"] == ""
    cleared = segl("filing", "clear", case, made["entry"][:8], "--json").json
    assert faults("segl filing clear", cleared) == []
    assert len(cleared["deleted"]) == 2
    assert list(esdh.iterdir()) == []
    segl("filing", "clear", case, made["entry"][:8], code=2)


def test_a_copy_of_which_nothing_is_there_is_gone_only_where_somebody_says_so(
    segl: Segl, case: str, tmp_path: Path
) -> None:
    esdh = tmp_path / "esdh"
    esdh.mkdir()
    made = segl("plain-copy", case, esdh, "--facts", "-", "--plain", "--json", stdin='purpose = "J"\n').json
    for path in esdh.iterdir():
        path.unlink()
    clear = ("filing", "clear", case, made["entry"][:8], "--json")
    refused = segl(*clear, code=5).json["error"]
    assert refused["code"] == "copy-not-seen"
    assert "--gone" in refused["todo"]
    assert segl("filing", "show", case, "--json").json["filing"]["copies"][0]["cleared_at"] is None
    assert segl(*clear, "--gone").json["deleted"] == []
    assert segl("filing", "show", case, "--json").json["filing"]["copies"][0]["cleared_at"]


def test_the_journal_names_the_system_where_no_number_is_known_yet(segl: Segl, case: str, tmp_path: Path) -> None:
    (tmp_path / "esdh").mkdir()
    facts = 'purpose = "J"\nsystem = "SBSYS"\n'
    segl("plain-copy", case, tmp_path / "esdh", "--facts", "-", "--plain", stdin=facts)
    words = [line["words"] for line in segl("case", "history", case, "--json").json["history"]]
    assert any(line.endswith("Journal system: SBSYS, no number yet") for line in words), words
