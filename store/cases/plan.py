"""The office's preparedness plan: answered question by question, published in versions, compared, exported.

An answer is an entry of the office and stays; a version names the entries it consists of. Requirement BP-0.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import ClassVar

from guidance import plan as planning
from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from guidance.loader import shipped
from guidance.model import PlanQuestion, Text
from guidance.plan import Asked
from store.cases.errors import TextMissing
from store.cases.steps import StepDesk
from store.cases.values import read_fact, write_fact
from store.entry import SpaceKind
from store.plan import NOW, Plan, PlanAnswer, PlanComparison, PlanDifference, PlanItem, PlanVersion, in_force
from store.standing import Standing, standing


class PlanQuestionUnknown(SeglError):
    """The plan has no such question."""

    code: ClassVar[str] = "plan-question-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question

    def diagnostics(self) -> Diagnostics:
        """Name it."""
        return Diagnostics(
            happened=_("The plan has no question {question}.").format(question=ascii(self.question)[:80]),
            safe=_("Nothing was changed."),
            todo=_("'segl plan show' lists the questions."),
        )


class PlanVersionUnknown(SeglError):
    """No version of the plan has this number."""

    code: ClassVar[str] = "plan-version-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    def diagnostics(self) -> Diagnostics:
        """Name it."""
        return Diagnostics(
            happened=_("The plan has no version {number}.").format(number=self.number),
            todo=_("'segl plan show' lists the versions."),
        )


class PlanEmpty(SeglError):
    """A plan without a single answer is to be published."""

    code: ClassVar[str] = "plan-empty"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "BP-0"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("No question of the plan is answered yet."),
            safe=_("No version was published."),
            todo=_("Answer at least one, then publish."),
        )


class ReviewDateNotAhead(SeglError):
    """The day on which the plan is to be looked at again is not ahead."""

    code: ClassVar[str] = "review-date-not-ahead"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "BP-0"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The review date is not ahead."),
            safe=_("No version was published."),
            todo=_("Choose the day on which you will look at the plan again, in a year at the latest, say."),
        )


class PlanDesk(StepDesk):
    """Casework on the office's plan."""

    def _questions(self) -> tuple[Asked, ...]:
        """Those of the playbooks that ship, an office's own in the place of those with the same id."""
        own = {book.id: book for book in self._own().playbooks}
        if not own:
            return planning.questions()
        return planning.questions([*(book for book in shipped() if book.id not in own), *own.values()])

    def plan(self) -> Plan:
        """The plan as it stands: every question, what is answered, what is published.

        Raises:
            NotSetUp: set-up has not been done.
        """
        rows = standing(self._connection, self._office_space)
        authors = self._authors()
        answers = {row.entry: _answer(row, authors) for row in rows if row.subject.startswith("plan-said/")}
        versions = _versions(rows, answers, authors)
        newest = in_force(versions)
        published = newest.answers if newest else {}
        asked = self._questions()
        asked = (*asked, *_no_longer_asked(published, asked))
        now: dict[str, list[PlanAnswer]] = {}
        for row in rows:
            if row.subject.startswith("plan-answer/"):
                now.setdefault(row.subject.partition("/")[2], []).append(answers[row.entry])
        # A vault that joined has its own card before it has what the office says of itself.
        names = [row.value["name"] for row in rows if row.subject == "office"]
        return Plan(
            office=names[0] if names else next((one.office for one in self._trust().authors), ""),
            items=tuple(_item(one, now.get(one.id, []), published.get(one.id)) for one in asked),
            versions=versions,
            today=self._today(),
        )

    def answer_plan(self, question: str, text: str) -> Plan:
        """Answer a question of the plan, or answer it anew; what was answered before stays in the versions.

        Raises:
            PlanQuestionUnknown: no such question.
            TextMissing: it is blank; `clear_plan_answer` takes an answer back.
            CprNoticed: a civil registration number seems to stand in it.
        """
        asked = self._plan_question(question)
        if not text.strip():
            raise TextMissing("answer")
        return self._say_answer(asked, text.strip())

    def clear_plan_answer(self, question: str) -> Plan:
        """Take an answer back: the question is open again."""
        asked = self._plan_question(question)
        item = self.plan().item(question)
        return self._say_answer(asked, "") if item and item.now else self.plan()

    def publish_plan(self, review_on: date, agreed_by: str = "") -> PlanVersion:
        """Publish the answers as they stand as the next version.

        Args:
            review_on: when the plan is to be looked at again.
            agreed_by: who agreed on it, in words; may be empty.

        Raises:
            PlanEmpty: nothing is answered.
            ReviewDateNotAhead: `review_on` is today or before.
        """
        plan = self.plan()
        answers = {item.id: item.now.entry for item in plan.items if item.now}
        if not answers:
            raise PlanEmpty
        if review_on <= plan.today:
            raise ReviewDateNotAhead
        number = max((version.number for version in plan.versions), default=0) + 1
        said = {
            "number": number,
            "review-on": write_fact(review_on),
            "agreed-by": agreed_by.strip(),
            "answers": answers,
        }
        with self._writing():
            self._append(SpaceKind.OFFICE, self._office_space, "office.plan-published", said)
        newest = self.plan().newest
        assert newest is not None
        return newest

    def plan_version(self, number: int) -> PlanVersion | None:
        """A version by its number; None for `NOW`.

        Raises:
            PlanVersionUnknown: there is none.
        """
        return _version(self.plan(), number)

    def compare_plan(self, before: int, after: int) -> PlanComparison:
        """Hold two versions against each other, question by question.

        Raises:
            PlanVersionUnknown: one of them is not there.
        """
        plan = self.plan()
        old, new = (_answers_of(plan, number) for number in (before, after))
        order = [item.id for item in plan.items]
        ids = [*order, *sorted({*old, *new} - {*order})]
        differences = []
        for id in ids:
            item = plan.item(id)
            one, other = old.get(id), new.get(id)
            if one or other:
                said = other or one
                assert said is not None
                asked = item.asked.question.question if item else said.asked
                differences.append(PlanDifference(question=id, asked=asked, before=one, after=other))
        return PlanComparison(before=before, after=after, differences=tuple(differences))

    def record_plan_export(self, path: str, *, version: int, sort: str, digest: str) -> None:
        """Write into the journal of the office that the plan was written to a file: office text, no case in it."""
        said = {"name": PurePath(path).name, "version": version, "format": sort, "digest": digest}
        with self._writing():
            self._append(SpaceKind.OFFICE, self._office_space, "office.plan-exported", said)

    def _plan_question(self, question: str) -> Asked:
        asked = planning.find(question, self._questions())
        if asked is None:
            raise PlanQuestionUnknown(question)
        return asked

    def _say_answer(self, asked: Asked, text: str) -> Plan:
        put = asked.question.question
        said = {"question": asked.id, "asked": {"da": put.da, "en": put.en}, "text": text}
        with self._writing():
            self._append(SpaceKind.OFFICE, self._office_space, "office.plan-answered", said)
        return self.plan()


def _answer(row: Standing, authors: Mapping[str, str]) -> PlanAnswer:
    asked = row.value["asked"]
    return PlanAnswer(
        question=row.value["question"],
        asked=Text(da=str(asked.get("da", "")), en=str(asked.get("en", ""))),
        text=row.value["text"],
        author=authors.get(row.device, ""),
        at=row.at,
        entry=row.entry,
    )


def _item(asked: Asked, now: list[PlanAnswer], published: PlanAnswer | None) -> PlanItem:
    latest = now[-1] if now and now[-1].text else None
    return PlanItem(asked=asked, now=latest, published=published, disputed=len({one.text for one in now}) > 1)


def _no_longer_asked(published: Mapping[str, PlanAnswer], asked: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """Questions of the version in force that no playbook asks any more: their answers are shown all the same."""
    known = {one.id for one in asked}
    heading = Text.of(lambda: _("No longer asked"))
    return tuple(
        Asked(
            number=len(known) + index,
            question=PlanQuestion(id=id, question=answer.asked),
            heading=heading,
            playbook="",
        )
        for index, (id, answer) in enumerate(sorted(published.items()), start=1)
        if id not in known
    )


def _versions(
    rows: tuple[Standing, ...], answers: Mapping[str, PlanAnswer], authors: Mapping[str, str]
) -> tuple[PlanVersion, ...]:
    found = []
    for row in rows:
        if row.subject.startswith("plan-version/"):
            review_on = read_fact(row.value["review-on"])
            assert isinstance(review_on, date)
            found.append(
                PlanVersion(
                    number=row.value["number"],
                    entry=row.entry,
                    published_at=row.at,
                    author=authors.get(row.device, ""),
                    agreed_by=row.value["agreed-by"],
                    review_on=review_on,
                    answers={id: answers[entry] for id, entry in row.value["answers"].items() if entry in answers},
                    beside=row.value.get("in-force") is False,
                )
            )
    return tuple(found)


def _version(plan: Plan, number: int) -> PlanVersion | None:
    if number == NOW:
        return None
    found = [version for version in plan.versions if version.number == number]
    if not found:
        raise PlanVersionUnknown(number)
    return found[-1]


def _answers_of(plan: Plan, number: int) -> dict[str, PlanAnswer]:
    version = _version(plan, number)
    if version is None:
        return {item.id: item.now for item in plan.items if item.now}
    return dict(version.answers)
