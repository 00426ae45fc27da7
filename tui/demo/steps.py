"""Answers that many demo cases give, so that a case tells only what is its own."""

from __future__ import annotations

from guidance.model import FactValue
from tui.demo.script import THAT_DAY, Did


def uncovered(ago: float, what: str, who: str, where: str, *, known: str = "known", same_school: bool = True) -> Did:
    """What happened, who, where; the age is in the intake."""
    answers: dict[str, FactValue] = {"incident.what": what, "incident.who": who, "incident.where": where}
    if known:
        answers |= {"offender.known": known, "offender.same-school": same_school}
    return Did(ago, "uncover", answers)


def assessed(ago: float, *, internal: str = "", police: str, because: str, notification: str = "") -> Did:
    """Who should handle it; `internal` and `notification` are reasons for a yes, blank means no."""
    return Did(
        ago,
        "assess-handling",
        {
            "handling.internal": bool(internal),
            "handling.internal-reason": internal or because,
            "handling.police": police,
            "handling.police-reason": because,
            "handling.notification": bool(notification),
            "handling.notification-reason": notification or "Familien tager hånd om det, og der er ingen andre tegn.",
        },
    )


def leadership(ago: float, agreed: str) -> Did:
    """The leadership was told."""
    return Did(ago, "involve-leadership", {"leadership.informed-on": THAT_DAY, "leadership.agreed": agreed})


def secured(ago: float, by: str) -> Did:
    """The material was secured."""
    return Did(ago, "secure-evidence", {"evidence.secured-on": THAT_DAY, "evidence.secured-by": by})


def nothing_sent(ago: float) -> Did:
    """Nothing was sent to the counsellor."""
    return Did(ago, "own-device", {"device.has-material": False})


def parents_told(ago: float, who: str, by: str = "leadership") -> Did:
    """Holders of parental authority were told."""
    return Did(
        ago,
        "involve-parents",
        {"parents.informed-on": THAT_DAY, "parents.informed-by": by, "parents.who": who},
    )


def reaction(ago: float, seen: str, shows: str, *, recognisable: bool, threats: bool = False) -> Did:
    """How the person reacted, then what the image shows."""
    return Did(
        ago,
        "ask-reaction",
        {
            "reaction.seen": seen,
            "image.shows": shows,
            "image.recognisable": recognisable,
            "image.threats": threats,
        },
    )


def police_rung(ago: float, whom: str, advice: str) -> Did:
    """The police's resource person was rung."""
    return Did(
        ago,
        "police-contact",
        {
            "police.contacted-on": THAT_DAY,
            "police.contact-person": whom,
            "police.contact-advice": advice,
        },
    )


def platform_written(ago: float, which: str) -> Did:
    """A platform was written to."""
    return Did(
        ago,
        "contact-platform",
        {"platform.contacted-on": THAT_DAY, "platform.contacted-which": which},
    )


def decided(ago: float, extent: str, *, which: str = "", reference: str) -> Did:
    """The police decided what may be deleted."""
    answers: dict[str, FactValue] = {
        "police.decision.by": "Vagthavende, den opfundne kreds",
        "police.decision.on": THAT_DAY,
        "police.decision.reference": reference,
        "police.decision.extent": extent,
    }
    if which:
        answers["police.decision.which"] = which
    return Did(ago, "police-decision", answers)


def talked(ago: float, signs: str, said: str) -> Did:
    """A wellbeing talk was held."""
    return Did(ago, "wellbeing-talk", {"signs.seen": signs, "signs.note": said})


def sharers(ago: float, how: str, note: str) -> Did:
    """Those who pass it on were talked to."""
    return Did(ago, "contact-sharers", {"sharers.contacted": how, "sharers.note": note})


def mediation(ago: float, decision: str, reason: str) -> Did:
    """Conflict mediation was decided about."""
    return Did(ago, "mediation", {"mediation.decision": decision, "mediation.reason": reason})
