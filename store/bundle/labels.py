"""Words for the ids that stand in `case.json`, in the current language. An id that is not known is shown as it is."""

from __future__ import annotations

from guidance.language import _


def purpose_label(id: str) -> str:
    """For whom a bundle was made."""
    return {
        "full": _("everything"),
        "police": _("the police"),
        "colleague": _("a colleague"),
        "authority": _("an authority"),
        "person-concerned": _("the person concerned"),
        "statistics": _("statistics only"),
    }.get(id, id)


def case_kind_label(id: str) -> str:
    """What sort of case it is."""
    return {"school": _("school"), "workplace": _("workplace"), "mentoring": _("mentoring")}.get(id, id)


def role_label(id: str) -> str:
    """What somebody is in a case."""
    return {
        "victim": _("the person violated"),
        "offender": _("offender"),
        "passive-offender": _("passive offender"),
        "parental-authority": _("holder of parental authority"),
        "pupil": _("pupil"),
        "employee": _("employee"),
        "mentor": _("mentor"),
        "mentee": _("mentee"),
        "witness": _("witness"),
        "teacher": _("teacher"),
        "leader": _("leader"),
        "resource-person": _("resource person"),
        "police": _("police"),
        "other": _("other"),
    }.get(id, id)


def age_label(id: str) -> str:
    """Minor or adult."""
    return {"minor": _("minor"), "adult": _("adult"), "unknown": _("not known")}.get(id, id)


def state_label(id: str) -> str:
    """Where a step stands."""
    return {
        "open": _("not done yet"),
        "done": _("done"),
        "set-aside": _("set aside"),
        "held": _("waits"),
        "due": _("due today"),
        "overdue": _("overdue"),
        "not-applicable": _("does not apply"),
    }.get(id, id)


def strength_label(id: str) -> str:
    """How binding a step is."""
    return {"must": _("must"), "should": _("should"), "may": _("may")}.get(id, id)


def evidence_kind_label(id: str) -> str:
    """What sort of thing a piece of evidence is."""
    return {
        "image": _("picture"),
        "video": _("video"),
        "message": _("message"),
        "screenshot": _("screenshot"),
        "profile": _("profile"),
        "audio": _("sound"),
        "document": _("document"),
        "other": _("other"),
    }.get(id, id)


def source_label(id: str) -> str:
    """Where a digest comes from."""
    return {
        "file": _("computed from the file"),
        "list": _("taken from a list made elsewhere"),
        "typed": _("typed in"),
    }.get(id, id)


def holder_label(id: str) -> str:
    """Who holds the original."""
    return {
        "victim": _("the person violated"),
        "parents": _("the parents"),
        "pupil": _("a pupil"),
        "police": _("the police"),
        "office": _("the office"),
        "other": _("somebody else"),
        "unknown": _("not known"),
    }.get(id, id)


def evidence_field_label(id: str) -> str:
    """What one field of the evidence register is called."""
    return {
        "digest": _("Digest"),
        "size": _("Size"),
        "source": _("Where the digest comes from"),
        "name": _("File name"),
        "kind": _("Kind"),
        "platform": _("Platform"),
        "accounts": _("User names"),
        "url": _("Address (URL)"),
        "claimed_at": _("Posted or sent, as claimed"),
        "claimed_zone": _("Time zone of when it was posted or sent"),
        "found_zone": _("Time zone of when it was found"),
        "found_at": _("Found"),
        "shows": _("What it shows"),
        "holder": _("Who holds the original"),
        "holder_name": _("Name of the holder"),
        "held_where": _("Where the original is"),
        "came_how": _("How it came to the office"),
        "seen_by": _("Who has seen it"),
        "registered_at": _("Registered"),
        "registered_by": _("Registered by"),
    }.get(id, id)


def told_of(purpose: str) -> str:
    """The answer of `told.whom` that fits whom a bundle is for; empty where none does."""
    return "police" if purpose == "police" else ""


def name_label(what: str) -> str:
    """What a known name of a case is."""
    return {
        "name": _("name"),
        "part": _("part of a name"),
        "contact": _("telephone or mail"),
        "account": _("user name"),
        "holder": _("who holds an original"),
        "seen-by": _("who has seen it"),
        "stand-in": _("stand-in"),
        "requested-by": _("who of the police asked"),
        "custody": _("named in the custody of a piece of evidence"),
        "answer": _("named in an answer"),
        "colleague": _("colleague"),
    }.get(what, what)
