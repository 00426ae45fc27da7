"""The pages of setting up: one question each. Words are looked up when a page is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guidance.language import N_, Language
from store.model import Contact, OfficeSetUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line to fill in.

    Attributes:
        id: of the widget and of the answer.
        label: a message for the catalogue.
        example: shown while the field is empty; a message, too.
        must: what is said where the field is left empty; empty where it may be.
    """

    id: str
    label: str
    example: str = ""
    must: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One question.

    Attributes:
        id: `language`, `compare`, `passphrase` and `check` are drawn in their own way, the others as fields.
        title: the question.
        why: why it is asked, or what is done with the answer.
    """

    id: str
    title: str
    why: str
    fields: tuple[Field, ...] = ()


def _contact(id: str, title: str, why: str, example: str) -> Page:
    return Page(
        id=id,
        title=title,
        why=why,
        fields=(
            Field(id=f"{id}-name", label=N_("Name"), example=example),
            Field(id=f"{id}-phone", label=N_("Telephone")),
            Field(id=f"{id}-mail", label=N_("Mail")),
        ),
    )


CONTACTS: Final = ("prevention-unit", "police-resource-person", "communications")
"""Ids of the office's own contacts (HM-3a, AC-5d)."""

PAGES: Final = (
    Page(
        id="language",
        title=N_("Which language shall Segl speak?"),
        why=N_("You can change it at any time with F12."),
    ),
    Page(
        id="office",
        title=N_("What is your office called?"),
        why=N_("It stands in reports and sealed cases that you hand on."),
        fields=(
            Field(
                id="office",
                label=N_("Office"),
                example=N_("e.g. Youth Counselling, Northtown"),
                must=N_("Write what your office is called."),
            ),
        ),
    ),
    Page(
        id="author",
        title=N_("What is your name?"),
        why=N_("It stands beside everything you write, so that others know who wrote it."),
        fields=(Field(id="author", label=N_("Your name"), must=N_("Write your name.")),),
    ),
    _contact(
        "prevention-unit",
        N_("Which unit of the municipality do you ask for advice?"),
        N_("Segl shows it when a case calls for it. Leave it empty if you don't know yet."),
        N_("e.g. the unit or a person"),
    ),
    _contact(
        "police-resource-person",
        N_("Who is your resource person with the police?"),
        N_("The one you can call to talk a case over. Leave it empty if you don't know yet."),
        N_("e.g. a name"),
    ),
    _contact(
        "communications",
        N_("Who speaks to the press for you?"),
        N_("All questions from journalists go there. Leave it empty if you don't know yet."),
        N_("e.g. the municipality's press office"),
    ),
    Page(
        id="passphrase",
        title=N_("Choose a passphrase"),
        why=N_("It opens your vault, and nothing else does. If it is forgotten, nobody can open the vault."),
    ),
    Page(
        id="check",
        title=N_("Is this right?"),
        why=N_("Choose a line to change it."),
    ),
)

_BY_ID: Final = {page.id: page for page in PAGES}
JOINING: Final = (
    _BY_ID["language"],
    Page(
        id="card",
        title=N_("Where is the card of your office?"),
        why=N_("An administrator of the office writes it to a file: 'The office', 'Write my card'."),
        fields=(Field(id="card", label=N_("The card's file"), must=N_("Name the file in which the card is.")),),
    ),
    Page(
        id="compare",
        title=N_("Is it their card?"),
        why=N_("Whoever gave you the file reads you the digits of the card from their own screen, or by telephone."),
    ),
    _BY_ID["author"],
    _BY_ID["passphrase"],
    _BY_ID["check"],
)
"""The pages of joining an office that there is already."""


def set_up_of(answers: Mapping[str, str], language: Language) -> OfficeSetUp:
    """What the store is given: contacts that are wholly empty are left out."""
    contacts = tuple(
        Contact(
            id=id,
            name=answers.get(f"{id}-name", ""),
            phone=answers.get(f"{id}-phone", ""),
            mail=answers.get(f"{id}-mail", ""),
        )
        for id in CONTACTS
        if any(answers.get(f"{id}-{part}") for part in ("name", "phone", "mail"))
    )
    return OfficeSetUp(office=answers["office"], author=answers["author"], language=language, contacts=contacts)
