from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from guidance import catalogue, language
from guidance.language import ROOMS, _, day_in_digits, set_language, sort_key, speaking

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_catalogue_is_whole(room: str) -> None:
    assert list(catalogue.faults(room)) == []


def test_the_check_sees_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "read_catalogue", lambda room: Catalog(locale="da"))
    assert any("no Danish for" in fault for fault in catalogue.faults("store"))


def test_the_check_sees_other_placeholders(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Catalog(locale="da")
    other.add("{name} is here", "{navn} er her")
    monkeypatch.setattr(catalogue, "read_catalogue", lambda room: other)
    monkeypatch.setattr(catalogue, "used_messages", lambda room: {"{name} is here": ["x.py"]})
    assert any("other placeholders" in fault for fault in catalogue.faults("store"))


def test_a_message_follows_the_language() -> None:
    set_language("da")
    assert _("Nothing was changed.") == "Intet er ændret."
    with speaking("en"):
        assert _("Nothing was changed.") == "Nothing was changed."
    assert _("Nothing was changed.") == "Intet er ændret."


def test_danish_without_compiled_catalogues(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = tmp_path / "da" / "LC_MESSAGES" / "store.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(language.catalogue_path("da", "store").read_bytes())
    assert language._compiled(source).gettext("Nothing was changed.") == "Intet er ændret."


@pytest.mark.parametrize(
    ("variables", "spoken"),
    [
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "da_DK.UTF-8"}, "da"),
        ({"LANG": "C.UTF-8"}, "da"),
        ({}, "da"),
    ],
)
def test_the_systems_language(variables: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language.system_language() == spoken


def test_danish_letters_sort_last() -> None:
    assert sorted(["Åse", "Ørn", "Ærø", "zebra", "Anna"], key=sort_key) == ["Anna", "zebra", "Ærø", "Ørn", "Åse"]


def _calls_at_import(tree: ast.Module) -> list[ast.Call]:
    """Calls of `_` that are made once, when the module is read, and so never follow the language."""
    found: list[ast.Call] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
            found.append(node)
        for child in ast.iter_child_nodes(node):
            look(child)

    look(tree)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_no_message_is_frozen_at_import(room: str) -> None:
    frozen = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / room).rglob("*.py")
        for call in _calls_at_import(ast.parse(path.read_text("utf-8")))
    ]
    assert frozen == []


def test_the_frozen_check_sees_a_frozen_message() -> None:
    assert _calls_at_import(ast.parse("TITLE = _('x')"))
    assert not _calls_at_import(ast.parse("def f(): return _('x')"))


def test_a_day_is_written_as_it_is_typed() -> None:
    with speaking("da"):
        assert day_in_digits(date(2026, 1, 31)) == "31-01-2026"
    with speaking("en"):
        assert day_in_digits(date(2026, 1, 31)) == "2026-01-31"
