"""The whole main job without a screen: a vault, a case, steps, evidence, a refusal, a sealed bundle, and its check.

It goes through the command line's own commands and documents, so that what it shows is what a script can do.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from guidance.language import _
from guidance.model import FactValue
from guidance.refusals import StepHeld
from store.casework import Casework
from store.evidence.errors import NotHashed
from store.evidence.queue import hash_files
from store.evidence.register import draft_of
from store.home import Home
from store.model import Age, Holder, Intake, OfficeSetUp, PersonDraft, Purpose, Role, Sealed
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault
from tui.demo import AUTHOR, OFFICE, PASSPHRASE
from tui.demo.stock import Check, check_bundle

_MADE: Final = {
    "skærmbillede 1.txt": "DEMO: et skærmbillede, som ingen har taget.\n",
    "beskeder.txt": "DEMO: beskeder, som ingen har skrevet.\n",
    "profil.txt": "DEMO: en profil, som ikke findes.\n",
}
Say = Callable[[str], None]


class NotRefused(Exception):
    """Deleting from a platform was not refused: the demo has shown a fault in Segl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the demo did.

    Attributes:
        reference: the case's.
        refused_by: the rule that refused deleting before the police had decided.
        registered: how many files were registered.
        failed: for each file that could not be read, why.
        sealed: the bundle.
        identity: the file with the age key that opens it.
        signer: the file with the public key that signed it.
        checks: what the stock tools said.
    """

    reference: str
    refused_by: str
    registered: int
    failed: tuple[NotHashed, ...]
    sealed: Sealed
    identity: Path
    signer: Path
    checks: tuple[Check, ...]

    @property
    def checked(self) -> bool:
        """Whether the tools that were found suffice to say that the bundle holds: opened, and one manifest checked."""
        passed = {check.tool for check in self.checks if check.passed}
        return {"age", "tar"} <= passed and bool(passed & {"sha256sum", "bagit.py"})

    @property
    def bad(self) -> bool:
        """Whether a tool said no."""
        return any(check.passed is False for check in self.checks)


def run(out: Path, evidence: Sequence[Path], say: Say, *, now: datetime | None = None) -> Outcome:
    """Do the main job.

    Args:
        out: an empty folder, or none yet; everything that is kept is put there.
        evidence: files to register; some are made where none are given.
        say: told each thing that was done, one line.
        now: the moment that is today.
    """
    now = now or datetime.now(UTC)
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    files = list(evidence) or _made(out / "evidence")
    with _vault() as vault:
        casework = Casework(vault, clock=lambda: now)
        office = casework.set_up(OfficeSetUp(office=OFFICE, author=AUTHOR, language="da"))
        say(_("A vault in a temporary home: {office}.").format(office=office.name))
        reference = _case(casework, say)
        registered, failed = _register(casework, reference, files, say)
        refused_by = _delete(casework, reference, now, say)
        identity, signer, sealed = _seal(casework, reference, out, say)
        signing_key = casework.key_card().signing_key
        casework.close()
    opened = out / "opened"
    opened.mkdir()
    say(_("Now the stock tools, without anything of Segl:"))
    checks = check_bundle(Path(sealed.path), identity, signing_key, opened, registered)
    return Outcome(
        reference=reference,
        refused_by=refused_by,
        registered=len(registered),
        failed=tuple(failed),
        sealed=sealed,
        identity=identity,
        signer=signer,
        checks=checks,
    )


@contextmanager
def _vault() -> Iterator[Vault]:
    home = Path(tempfile.mkdtemp(prefix="segl-demo-"))
    try:
        with Vault.create(
            Home(home), label=AUTHOR, passphrase=Secret.from_text(PASSPHRASE), kdf=KdfParameters.FLOOR
        ) as vault:
            yield vault
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _made(folder: Path) -> list[Path]:
    folder.mkdir()
    paths = []
    for name, content in _MADE.items():
        path = folder / name
        path.write_text(content, encoding="utf-8")
        paths.append(path)
    return paths


def _case(casework: Casework, say: Say) -> str:
    summary = casework.new_case(
        Intake(
            title="DEMO: billede delt i flere klasser",
            happened="Det er en demo. Selma findes ikke; det, hun fortæller, er der andre, der har oplevet.",
            people=(
                PersonDraft(name="Selma (DEMO)", roles=(Role.VICTIM, Role.PUPIL), age=Age.MINOR),
                PersonDraft(
                    name="Rasmus (DEMO)",
                    roles=(Role.PARENTAL_AUTHORITY,),
                    age=Age.ADULT,
                    authority_over=("Selma (DEMO)",),
                ),
            ),
            facts={"victim.age": "minor", "told.whom": "parents leadership police"},
            stand_in="Birk T. (DEMO)",
        )
    )
    say(_("Case {reference} from an intake.").format(reference=summary.reference))
    casework.add_note(summary.reference, "Vi tog én ting ad gangen: Hvem henter dig? Hvem skal vide det?")
    casework.add_note(summary.reference, "Faren kom efter tyve minutter og sagde det helt rigtige.")
    casework.set_level(summary.reference, 3, "Hun er i panik og kan kendes på billedet.")
    say(_("Two notes, and level 3."))
    return summary.reference


def _register(casework: Casework, case: str, files: Sequence[Path], say: Say) -> tuple[list[Path], list[NotHashed]]:
    registered: list[Path] = []
    failed: list[NotHashed] = []
    for path, outcome in zip(files, hash_files([os.fsencode(path) for path in files]), strict=True):
        if isinstance(outcome, NotHashed):
            failed.append(outcome)
            say(outcome.diagnostics().happened)
            continue
        draft = replace(
            draft_of(outcome),
            platform="DEMO",
            accounts=("demo_konto",),
            claimed_at="i går kl. 21.52",
            holder=Holder.VICTIM,
        )
        piece = casework.register_evidence(case, draft)
        registered.append(path)
        say(_("Evidence E{number}: {digest}").format(number=piece.number, digest=piece.digest))
    return registered, failed


def _delete(casework: Casework, case: str, now: datetime, say: Say) -> str:
    today = now.astimezone().date()
    answers: dict[str, FactValue] = {"platform.deleted.on": today, "platform.deleted.what": "E1"}
    try:
        casework.do_step(case, "delete-from-platform", answers)
    except StepHeld as refusal:
        rule = refusal.rule
        say(_("Deleting from a platform is refused ({rule}).").format(rule=rule))
    else:
        raise NotRefused
    casework.do_step(
        case,
        "police-contact",
        {
            "police.contacted-on": today,
            "police.contact-person": "Ressourcepersonen (DEMO)",
            "police.contact-advice": "Anmeld, og vent med at slette, til afgørelsen er der.",
        },
    )
    casework.do_step(
        case,
        "police-decision",
        {
            "police.decision.by": "Vagthavende (DEMO)",
            "police.decision.on": today,
            "police.decision.reference": "DEMO-0700-55",
            "police.decision.extent": "all",
        },
    )
    say(_("The police's decision is recorded: who, when, reference and extent."))
    casework.do_step(case, "delete-from-platform", answers)
    say(_("Now deleting from a platform is done."))
    return rule


def _seal(casework: Casework, case: str, out: Path, say: Say) -> tuple[Path, Path, Sealed]:
    from store.age.x25519 import generate_x25519
    from store.bundle.seal import SealOrder, seal

    key = generate_x25519()
    identity = out / "demo-identity.txt"
    _write_new(identity, f"# DEMO\n# public key: {key.recipient.encode()}\n{key.encode().reveal().decode()}\n")
    signer = out / "demo-signer.pub"
    _write_new(signer, casework.key_card().signing_key + "\n")
    order = SealOrder(
        purpose=Purpose.POLICE, out=out / "demo.segl.age", recipients=(key.recipient.encode(),), language="da"
    )
    sealed = seal(casework.export_case(case, order.language), order, casework.sign)
    casework.record_seal(case, sealed)
    say(_("Sealed: {path}").format(path=sealed.path))
    return identity, signer, sealed


def _write_new(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
