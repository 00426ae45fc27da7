"""The invented cases away from school: at work and in mentoring. Nobody in them is anybody."""

from __future__ import annotations

from store.model import Age, EvidenceKind, Holder, Intake, PersonDraft, Role
from tui.demo import steps
from tui.demo.people import STAND_IN
from tui.demo.script import THAT_DAY, Days, DemoCase, Did, Level, Note, Piece


def other_cases(days: Days) -> tuple[DemoCase, ...]:
    """Cases of employees and mentees."""
    return (_parents_group(), _deepfake(), _mentor())


def _parents_group() -> DemoCase:
    return DemoCase(
        opened=19,
        intake=Intake(
            title="Hetz mod en pædagog i en forældregruppe",
            kind="workplace",
            happened="Gitte har fundet over 60 kommentarer om sig selv i en gruppe for forældre. Nogen har lagt "
            "hendes private "
            "adresse op. Hun vil helst have, at hendes chef siger højt, at det ikke er i orden.",
            people=(
                PersonDraft(name="Gitte F.", roles=(Role.VICTIM, Role.EMPLOYEE), age=Age.ADULT),
                PersonDraft(name="Kirsten O.", roles=(Role.LEADER,), age=Age.ADULT),
            ),
            facts={
                "victim.age": "adult",
                "told.whom": "teacher leadership",
                "offender.known": "suspected",
                "images.shared": False,
            },
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(
                18.9, "Kommentarer og en privat adresse", "Gitte; en gruppe forældre", "Facebook", known=""
            ),
            Did(
                18.8,
                "first-talk",
                {
                    "first-talk.on": THAT_DAY,
                    "first-talk.by": "Mig",
                    "course.agreed": "Kirsten samler og svarer; vi to tales ved hver fredag.",
                    "course.with-employee": True,
                },
            ),
            Did(
                18.7,
                "ask-wants",
                {
                    "employee.wants": "acknowledgement stopped",
                    "employee.wants-note": "Jeg vil bare have, at nogen siger det højt.",
                },
            ),
            Did(18.5, "ask-absence", {"absence.is": False}),
            steps.leadership(18.5, "Kirsten skriver til gruppen i institutionens navn. Gitte ser teksten først."),
            steps.secured(17.0, "Kirsten samler skærmbillederne, så Gitte slipper"),
            Note(17.0, "Det var første gang, nogen sagde undskyld til hende. Chefens ord betød mere end alt andet."),
            Piece(
                17.0,
                "traaden.pdf",
                "DEMO traaden",
                kind=EvidenceKind.DOCUMENT,
                platform="Facebook",
                accounts=("gruppens administrator",),
                shows="kommentarerne, uden adressen",
                holder=Holder.OFFICE,
            ),
        ),
    )


def _deepfake() -> DemoCase:
    return DemoCase(
        opened=11,
        intake=Intake(
            title="Manipuleret billede af en medarbejder",
            kind="workplace",
            happened="Et billede af Anja fra firmafesten er gjort om til et nøgenbillede og sendt til kolleger "
            "og kunder. "
            "Trusler om mere. Hun har sygemeldt sig.",
            people=(
                PersonDraft(name="Anja W.", roles=(Role.VICTIM, Role.EMPLOYEE), age=Age.ADULT),
                PersonDraft(name="Mikkel G.", roles=(Role.LEADER,), age=Age.ADULT),
            ),
            facts={
                "victim.age": "adult",
                "told.whom": "leadership",
                "offender.known": "suspected",
                "images.shared": True,
            },
            no_stand_in_reason="Anja har bedt om, at kun jeg læser sagen. Taget op igen om en måned.",
        ),
        doings=(
            steps.uncovered(
                10.9,
                "Et manipuleret billede og trusler",
                "Anja; en tidligere kollega mistænkes",
                "Mail og Telegram",
                known="",
            ),
            steps.reaction(10.9, "violent", "sexual", recognisable=True, threats=True),
            Level(
                10.8,
                4,
                "Hun kan ikke være på arbejdet, og der trues med mere. At billedet er falsk, gør det ikke mindre.",
            ),
            steps.police_rung(10.5, "Ressourcepersonen", "Anmeld; falske billeder er også krænkelser."),
            Did(
                10.0,
                "police-report",
                {
                    "report.status": "refused",
                    "report.refused-reason": "Anja orker det ikke endnu. Vi spørger igen på fredag.",
                },
            ),
            Note(
                9.0, "Anja: 'Alle siger, det er falsk. Men det er mit ansigt.' Det skrev jeg ned ordret. Hun nikkede."
            ),
            Did(6.0, "refer-help", {"help.referrals": "psychologist lawyer"}),
            Piece(
                10.4,
                "mail.eml",
                "DEMO mail",
                kind=EvidenceKind.MESSAGE,
                platform="mail",
                accounts=("ukendt afsender",),
                claimed_at="fredag kl. 07.30",
                shows="truslen og det vedhæftede",
                holder=Holder.VICTIM,
                held_where="Anjas private mail",
            ),
        ),
    )


def _mentor() -> DemoCase:
    return DemoCase(
        opened=4,
        intake=Intake(
            title="Mentor beder om privat kontakt",
            kind="mentoring",
            happened="En mentee, Ida, 19, viser mig beskeder, hvor hendes mentor vil over på en anden app og mødes "
            "hjemme hos "
            "sig selv. Hun er i tvivl, om hun overreagerer. Det gør hun ikke.",
            people=(
                PersonDraft(name="Ida C.", roles=(Role.VICTIM, Role.MENTEE), age=Age.ADULT),
                PersonDraft(name="Henrik Z.", roles=(Role.OFFENDER, Role.MENTOR), age=Age.ADULT),
            ),
            facts={"victim.age": "adult", "told.whom": "nobody", "offender.known": "known", "images.shared": False},
            stand_in=STAND_IN,
        ),
        doings=(
            Did(3.9, "ask-danger", {"danger.now": False}),
            Did(3.9, "not-your-fault"),
            Did(
                3.9,
                "take-in",
                {
                    "concern.came": "talk",
                    "concern.received-on": THAT_DAY,
                    "concern.about": "mentor",
                    "concern.kinds": "boundaries warning-signs",
                },
            ),
            steps.uncovered(3.9, "Pres for privat kontakt", "Ida og hendes mentor", "Programmets platform", known=""),
            Did(3.8, "sign-money", {"sign.money": "no"}),
            Did(3.8, "sign-platform", {"sign.platform": "yes"}),
            Did(3.8, "sign-private-place", {"sign.private-place": "yes"}),
            Note(
                3.7, "Forløbet er sat på pause. Ida vælger selv, om hun vil have en ny mentor. Hun vil tænke over det."
            ),
            steps.secured(3.5, "Ida har gemt beskederne"),
            Piece(
                3.5,
                "beskeder.png",
                "DEMO beskeder",
                kind=EvidenceKind.MESSAGE,
                platform="programmets platform",
                accounts=("henrik_z",),
                claimed_at="over tre aftener",
                shows="pres for at skifte app og mødes privat",
                holder=Holder.VICTIM,
            ),
        ),
    )
