"""Screening for warning signs and the meeting plan: recorded page by page, each page its step; printed on request."""

from __future__ import annotations

from pathlib import PurePath

from guidance.engine import Guide
from guidance.screening import Answers, Course, has_course, to_record
from store.cases.errors import NoSuchCourse
from store.cases.steps import StepDesk


class ScreeningDesk(StepDesk):
    """Casework on what is asked one by one."""

    def screen(self, case: str, course: Course, answers: Answers) -> Guide:
        """Record the answers of a screening or of a meeting plan: each page is a step done.

        What is recorded already with the same answer is left alone, so doing it again after an interruption is safe.

        Raises:
            NoSuchCourse: the guidance of the case has none.
            StepHeld, FactNotValid, FactMissing: as `guidance.checks.check_do` says; nothing is written.
        """
        self._open_case(case)
        guide = self.guide(case)
        self._require(guide, course)
        for step, values in to_record(guide, course, answers):
            self.do_step(case, step, values)
        return self.guide(case)

    def require_course(self, case: str, course: Course) -> Guide:
        """The guide of a case that has the course.

        Raises:
            NoSuchCourse: the guidance of the case has none.
        """
        guide = self.guide(case)
        self._require(guide, course)
        return guide

    def _require(self, guide: Guide, course: Course) -> None:
        if not has_course(guide, course):
            raise NoSuchCourse

    def record_print(self, case: str, path: str, *, what: str, sort: str, digest: str) -> None:
        """Write into the case that a part of it went into a plain file."""
        said = {"what": what, "name": PurePath(path).name, "format": sort, "digest": digest}
        self._write(self._resolve(case), "case.printed", said)
