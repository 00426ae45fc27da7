"""All of the command line, loaded: whoever forks after this was imported gives it to its children."""

import pkgutil
from importlib import import_module

import store
import tui.cli
from guidance.language import set_language

for room in (tui.cli, store):
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        if not module.name.startswith("store.bundle.kit") and not module.name.endswith("__main__"):
            import_module(module.name)
import_module("tui.__main__")
set_language("da")
set_language("en")
