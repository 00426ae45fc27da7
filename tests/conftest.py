"""What every test may use, and the last word of a run: which tests did not run, and why."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from guidance.language import current_language, set_language
from tests.store.desk import Clock

# No test is timed: a busy machine is no failure.
settings.register_profile("segl", deadline=None)
settings.load_profile("segl")

# A shell starts what runs in its background with ctrl+c ignored, and so would every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _speak_english() -> Iterator[None]:
    """Tests read English unless they ask for Danish; none leaves its language to the next."""
    before = current_language()
    set_language("en")
    yield
    set_language(before)


@pytest.fixture(autouse=True)
def _clock_begins_anew() -> None:
    """A test that lets years go by does not move the day on which the next one begins."""
    Clock.begin_anew()


@pytest.fixture(autouse=True)
def _umask_stays() -> Iterator[None]:
    """What makes files private in one test does not hide a fault in the next."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Half as many workers again as there are processors: a test of a screen waits for a third of its time."""
    assert config.option.numprocesses in {"auto", "logical"}
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors + processors // 2


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what a machine without all the tools did not test."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.write_line("")
        terminalreporter.write_line(f"{len(skipped)} tests did not run on this machine:", yellow=True)
        for report in skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            terminalreporter.write_line(f"  {report.nodeid}: {reason.removeprefix('Skipped: ')}")
