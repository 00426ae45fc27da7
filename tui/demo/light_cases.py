"""The invented cases at a school that are light, new or closed. Nobody in them is anybody."""

from __future__ import annotations

from store.model import Age, Holder, Intake, PersonDraft, Role
from tui.demo import steps
from tui.demo.people import STAND_IN, parent, victim
from tui.demo.script import THAT_DAY, Closed, Days, DemoCase, Did, Level, Note, Piece


def light_cases(days: Days) -> tuple[DemoCase, ...]:
    """Levels 1 and 2, and one that has no level yet."""
    return (_new_today(), _bikini(), _closed(), _nobody_told(days), _group_chat())


def _new_today() -> DemoCase:
    return DemoCase(
        opened=0.02,
        intake=Intake(
            title="Rygter om et billede i 9.a",
            happened="Klasselæreren ringer i første frikvarter: Der går et billede rundt, og Ronja er gået hjem "
            "med ondt i "
            "maven. Læreren har ikke set det og skal heller ikke. Jeg har ringet til Ronja; hun kommer kl. 13.",
            people=(victim("Ronja V."), parent("Signe V.", "Ronja V.")),
            facts={"victim.age": "minor"},
            stand_in=STAND_IN,
        ),
    )


def _bikini() -> DemoCase:
    return DemoCase(
        opened=9,
        intake=Intake(
            title="Bikinibillede i klassechatten",
            happened="Alma viser mig et billede fra svømmehallen, som en fra klassen har lagt i chatten med en "
            "dum tekst. "
            "Hun trækker på skuldrene: 'Det er bare pinligt. Jeg vil have, at de holder op.'",
            people=(
                victim("Alma K."),
                parent("Jeppe K.", "Alma K."),
                PersonDraft(name="Villads R.", roles=(Role.OFFENDER, Role.PUPIL), age=Age.MINOR),
            ),
            facts={"victim.age": "minor", "told.whom": "parents teacher", "offender.known": "known"},
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(
                8.9,
                "Et feriebillede med en nedladende tekst",
                "Alma; Villads, som slog det op; hele 7.b så det",
                "Klassens chat på Messenger",
            ),
            steps.reaction(8.9, "calm", "underwear", recognisable=True),
            Level(8.8, 1, "Alma er irriteret, men ikke ked af det. Hun vil have det stoppet, ikke talt ihjel."),
            steps.assessed(
                8.7,
                internal="Det kan klares med en samtale med Villads og hans forældre.",
                police="no",
                because="Ingen nøgenhed og ingen trusler; det er en sag for klassen.",
            ),
            steps.leadership(8.5, "Lederen taler med begge sæt forældre. Klasselæreren tager chatten op på mandag."),
            steps.parents_told(8.2, "Jeppe K.; Almas mor er på rejse og ringes op på søndag"),
            steps.secured(8.2, "Alma har selv gemt et skærmbillede"),
            steps.nothing_sent(8.2),
            Did(8.0, "short-help"),
            Did(
                7.0,
                "internal-cooperation",
                {
                    "cooperation.with": "parents pupils",
                    "cooperation.agreed": "Villads fjernede billedet og sagde undskyld. Alma tog imod.",
                },
            ),
            Note(
                7.0,
                "Villads var flov. Han troede, det var sjovt, til han så Almas ansigt. De to har aftalt at spise "
                "frokost ved samme bord på fredag, som de plejer.",
            ),
            Piece(
                8.2,
                "klassechat.png",
                "DEMO klassechat",
                platform="Messenger",
                accounts=("villads_r",),
                claimed_at="søndag kl. 20.14",
                shows="Almas feriebillede med teksten i klassens chat",
                holder=Holder.PUPIL,
                held_where="Almas telefon",
            ),
        ),
    )


def _closed() -> DemoCase:
    return DemoCase(
        opened=64,
        intake=Intake(
            title="Falsk profil i en elevs navn",
            happened="Nogen har lavet en Instagramprofil med Malous navn og et gammelt klassebillede. Hun "
            "opdagede det, da "
            "hendes kusine spurgte, hvorfor hun havde fået ny konto.",
            people=(victim("Malou E."), parent("Katrine E.", "Malou E."), parent("Søren E.", "Malou E.")),
            facts={"victim.age": "minor", "told.whom": "parents", "offender.known": "known"},
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(
                63.9,
                "En falsk profil med navn og klassebillede",
                "Malou; en ven, der tilstod samme dag",
                "Instagram",
            ),
            Level(63.8, 1, "Malou er rolig, da profilen er væk. Hun vil bare vide, hvem der ved det."),
            steps.assessed(
                63.7,
                internal="Vennen har slettet profilen og fortalt det selv.",
                police="no",
                because="Profilen er væk, og der er intet krænkende billede.",
            ),
            steps.leadership(63.5, "Ingen besked til klassen. Lederen følger op med forældrene."),
            steps.parents_told(63.2, "Begge forældre, samme aften"),
            steps.secured(63.0, "Malous mor har skærmbilleder"),
            steps.nothing_sent(63.0),
            Note(62.0, "Malou og vennen har talt sammen hos mig. Det var akavet og godt. De griner igen."),
            Did(48.0, "follow-up", {"followup.rumours": False, "followup.group": False, "followup.help": "yes"}),
            Did(48.0, "evaluate", {"evaluation.note": "Det hjalp, at vi tog det samme dag."}),
            Closed(47.0, "Malou har det godt, og ingen taler om det længere. Forældrene er enige."),
        ),
    )


def _nobody_told(days: Days) -> DemoCase:
    return DemoCase(
        opened=3,
        intake=Intake(
            title="Billede sendt videre på Snapchat",
            happened="Freja, 15, har sendt et billede til en dreng, hun stolede på. Han har vist det til to "
            "venner. Hun "
            "græder, men stille. 'Mine forældre må ikke få det at vide. Det ville knuse min far.'",
            people=(
                victim("Freja L."),
                parent("Thomas L.", "Freja L."),
                parent("Merete L.", "Freja L."),
                PersonDraft(name="Storm A.", roles=(Role.OFFENDER, Role.PUPIL), age=Age.MINOR),
            ),
            facts={"victim.age": "minor", "told.whom": "nobody", "offender.known": "known"},
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(2.9, "Et billede uden ansigt er vist til to andre", "Freja; Storm; to venner", "Snapchat"),
            steps.reaction(2.9, "needs-help", "naked-parts", recognisable=False),
            Level(2.8, 2, "Freja har brug for hjælp nu, men ikke for at alle ved det. Ansigtet er ikke med."),
            Did(2.8, "calm"),
            Note(
                2.7,
                "Sagt højt og tydeligt: Det er ikke hendes skyld. Hun trak vejret dybt for første gang. Jeg har lovet, "
                "at hun hører det fra mig først, hvis ledelsen beslutter, at forældrene skal orienteres.",
            ),
            steps.leadership(2.0, "Lederen tager stilling til forældrene i morgen sammen med mig."),
            Did(1.9, "bounded-help", {"support.until": days(-11)}),
            steps.nothing_sent(1.9),
        ),
    )


def _group_chat() -> DemoCase:
    return DemoCase(
        opened=26,
        intake=Intake(
            title="Nøgenbillede i en lukket gruppe",
            happened="Et billede af Oskar i omklædningsrummet er delt i en gruppe med 14 medlemmer. Oskar kommer "
            "selv sammen "
            "med sin storesøster.",
            people=(
                victim("Oskar N."),
                PersonDraft(
                    name="Liv N.", roles=(Role.WITNESS,), age=Age.ADULT, about="storesøster, kan altid ringes op"
                ),
                parent("Hanne N.", "Oskar N."),
            ),
            facts={"victim.age": "minor", "told.whom": "parents friends leadership", "offender.known": "suspected"},
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(
                25.9, "Et billede fra omklædningen", "Oskar; 14 i gruppen, to mistænkes", "Discord", known=""
            ),
            steps.reaction(25.9, "needs-help", "naked-parts", recognisable=True),
            Level(25.8, 2, "Han er ked af det og vred, men sover og går i skole."),
            Did(25.8, "calm"),
            steps.assessed(
                25.5,
                internal="Klubben og skolen kan tale med gruppen sammen.",
                police="ask-first",
                because="Politiets ressourceperson bør høre det, før vi bestemmer os.",
            ),
            steps.leadership(25.0, "Klubben orienteres. SSP-konsulenten er med."),
            steps.police_rung(
                24.5, "Ressourcepersonen", "Gem gruppens navn og medlemsliste. Anmeldelse er familiens valg."
            ),
            steps.parents_told(24.0, "Hanne N.; faren har ikke del i forældremyndigheden"),
            steps.secured(24.0, "Liv har skærmbilleder på sin telefon"),
            Did(24.0, "own-device", {"device.has-material": True, "device.whose": "office"}),
            Did(24.0, "ask-to-secure", {"original.held-by": "parents", "original.where": "Livs telefon, låst"}),
            Did(23.5, "clear-own-device", {"device.cleared.on": THAT_DAY, "device.cleared.checked": True}),
            steps.platform_written(23.0, "Discord: anmeldt med gruppens navn, sag nr. DEMO-4411"),
            Did(
                22.0,
                "delete-from-platform",
                {"platform.deleted.on": THAT_DAY, "platform.deleted.what": "E1 i den lukkede gruppe"},
            ),
            steps.talked(
                18.0, "shame exposed", "Han skifter stadig tøj alene. Vi har aftalt en nøgle til lærernes rum."
            ),
            steps.mediation(16.0, "declined", "Oskar vil ikke sidde over for dem. Det er helt i orden."),
            Piece(
                24.0,
                "gruppen.png",
                "DEMO gruppen",
                platform="Discord",
                accounts=("nattehold#14",),
                claimed_at="en fredag kl. 22.40",
                shows="opslaget i gruppen; billedet er dækket til",
                holder=Holder.PARENTS,
                held_where="Livs telefon",
            ),
        ),
    )
