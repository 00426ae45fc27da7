"""The invented cases at a school that are grave. Nobody in them is anybody."""

from __future__ import annotations

from store.model import Age, EvidenceKind, Holder, Intake, PersonDraft, Role
from tui.demo import steps
from tui.demo.people import STAND_IN, parent, victim
from tui.demo.script import THAT_DAY, Aside, DemoCase, Did, Level, Note, Piece


def grave_cases() -> tuple[DemoCase, ...]:
    """Levels 3 and 4."""
    return (_waiting_for_police(), _partly_deleted(), _unknown_offender(), _extortion())


def _waiting_for_police() -> DemoCase:
    return DemoCase(
        opened=2,
        intake=Intake(
            title="Nøgenbillede delt i tre klasser",
            happened="Selma ryster, da hun kommer ind. Billedet er sendt videre siden i går aftes, og hendes navn "
            "står under. "
            "Hun siger, at hun aldrig kan gå ind ad døren igen.",
            people=(
                victim("Selma B."),
                parent("Rasmus B.", "Selma B.", contact="ringer selv mellem 16 og 17"),
                parent("Nadia B.", "Selma B."),
                PersonDraft(name="Elias P.", roles=(Role.OFFENDER, Role.PUPIL), age=Age.MINOR, about="selv elev i 9.c"),
            ),
            facts={"victim.age": "minor", "told.whom": "parents leadership police", "offender.known": "known"},
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(
                1.9,
                "Et nøgenbillede med ansigt og navn",
                "Selma; Elias; elever i 8.c, 9.a og 9.c",
                "Snapchat og en gruppe",
            ),
            steps.reaction(1.9, "out-of-control", "nude", recognisable=True),
            Level(1.8, 3, "Hun er i panik og kan kendes på billedet. Ikke alene i dag."),
            Did(1.8, "calm-panic"),
            Note(
                1.7,
                "Vi sad en time. Vand, vindue åbent, én ting ad gangen: Hvem henter dig? Hvem skal vide det? "
                "Hun valgte "
                "sin far. Han kom efter tyve minutter og sagde det helt rigtige.",
            ),
            steps.leadership(1.6, "Lederen er med. Ingen besked til klasserne, før politiet har svaret."),
            steps.police_rung(
                1.5, "Ressourcepersonen", "Anmeld. Rør ikke noget på platformene; afgørelsen kommer i morgen."
            ),
            steps.platform_written(1.4, "Snapchat: bedt om at gemme oplysninger; politiet afgør sletning"),
            Piece(
                1.3,
                "opslag-1.png",
                "DEMO opslag 1",
                platform="Snapchat",
                accounts=("elias.p09", "ukendt_88"),
                claimed_at="tirsdag kl. 21.52",
                shows="delingen med Selmas navn; billedet er dækket til",
                holder=Holder.VICTIM,
                held_where="Selmas telefon",
            ),
            Piece(1.3, "opslag-2.png", "DEMO opslag 2", platform="Snapchat", shows="samme billede i en anden gruppe"),
        ),
    )


def _partly_deleted() -> DemoCase:
    return DemoCase(
        opened=31,
        intake=Intake(
            title="Hævnbillede efter et brud",
            happened="Laura, 17, slog op. Dagen efter lå tre billeder på nettet med hendes fulde navn. Hendes mor "
            "ringer for "
            "hende, fordi hun ikke kan tale.",
            people=(
                victim("Laura H."),
                parent("Bente H.", "Laura H."),
                parent("Claus H.", "Laura H."),
                PersonDraft(name="Noah D.", roles=(Role.OFFENDER, Role.PUPIL), age=Age.MINOR),
                PersonDraft(
                    name="Kenneth D.", roles=(Role.PARENTAL_AUTHORITY,), age=Age.ADULT, authority_over=("Noah D.",)
                ),
            ),
            facts={"victim.age": "minor", "told.whom": "parents leadership police", "offender.known": "known"},
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(30.9, "Tre billeder med navn", "Laura; Noah", "To billedsider og Instagram"),
            steps.reaction(30.9, "out-of-control", "nude", recognisable=True),
            Level(30.8, 3, "Panik den første dag. Hun kan kendes."),
            Did(30.8, "calm-panic"),
            steps.assessed(
                30.5,
                police="yes",
                because="Billeder med navn efter et brud skal politiet se på.",
                notification="Noah har det også skidt; kommunen bør se på begge.",
            ),
            Did(30.0, "notify-authorities", {"notification.sent-on": THAT_DAY, "notification.reference": "DEMO-U-17"}),
            steps.leadership(30.0, "Laura har fri, så længe hun vil. Noah undervises et andet sted imens."),
            steps.parents_told(30.0, "Bente og Claus H.; Kenneth D. for Noah"),
            steps.police_rung(29.8, "Ressourcepersonen", "Anmeld i dag, og gem alt."),
            steps.secured(29.8, "Bente H. har skærmbilleder på et usb-stik i skuffen derhjemme"),
            steps.nothing_sent(29.8),
            Did(
                29.5,
                "police-report",
                {"report.status": "made", "report.by": "parents", "report.on": THAT_DAY},
            ),
            Did(
                29.0,
                "police-take-over",
                {"police.internal": "agreed", "police.internal-note": "Samtaler må fortsætte. Ingen afhøring fra os."},
            ),
            steps.platform_written(29.5, "Instagram og de to sider, med sagsnummer"),
            steps.sharers(28.0, "some", "To elever er kontaktet af lederen; resten kender vi ikke."),
            steps.decided(26.0, "some", which="Instagram og den ene billedside (E1 og E2)", reference="DEMO-0700-55"),
            Did(
                25.0,
                "delete-from-platform",
                {"platform.deleted.on": THAT_DAY, "platform.deleted.what": "E1 og E2; E3 bliver liggende for politiet"},
            ),
            steps.talked(24.0, "shame absence anxiety", "Hun kom i skole to timer. Vi fejrede det med kakao."),
            Did(20.0, "keep-contact"),
            Aside(19.0, "mediation", "Politiet fraråder mægling, mens sagen kører. Laura ønsker det heller ikke."),
            Note(
                12.0,
                "Laura har spillet håndbold igen. Holdet stod i en ring om hende i omklædningen, uden at nogen "
                "sagde noget.",
            ),
            *(
                Piece(
                    29.8 - number / 100,
                    f"billede-{number}.jpg",
                    f"DEMO billede {number}",
                    kind=EvidenceKind.IMAGE,
                    platform=platform,
                    accounts=("noah_d_07",),
                    claimed_at="dagen efter bruddet, om aftenen",
                    shows="opslag med Lauras navn; billedet er ikke beskrevet her",
                    holder=Holder.PARENTS,
                    held_where="usb-stik hos moren",
                )
                for number, platform in enumerate(("Instagram", "en billedside", "en anden billedside"), start=1)
            ),
        ),
    )


def _unknown_offender() -> DemoCase:
    return DemoCase(
        opened=6,
        intake=Intake(
            title="Ukendt konto poster billeder af elever",
            happened="En konto uden navn poster billeder taget på gangene med grove tekster. Mindst fire "
            "elever er med. "
            "Yusuf er den, der er hårdest ramt. En journalist har ringet til kontoret.",
            people=(victim("Yusuf M."), parent("Amira M.", "Yusuf M.")),
            facts={"victim.age": "minor", "told.whom": "parents teacher leadership", "offender.known": "unknown"},
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(5.9, "Billeder med grove tekster", "Yusuf og mindst tre andre", "Instagram", known=""),
            steps.reaction(5.9, "out-of-control", "underwear", recognisable=True, threats=True),
            Level(5.8, 3, "Yusuf tør ikke gå hjem alene. Teksterne truer."),
            Did(5.8, "calm-panic"),
            steps.leadership(5.5, "Lederen ringer til de andre forældre."),
            steps.secured(5.0, "Amira M. har skærmbilleder"),
            steps.parents_told(5.0, "Amira M."),
            steps.police_rung(4.5, "Ressourcepersonen", "Gem kontoens adresse. Rør ikke kontoen."),
            steps.decided(3.0, "nothing", reference="DEMO-0700-61"),
            Did(
                1.0,
                "note-press",
                {"press.contacted-on": THAT_DAY, "press.who": "Journalist fra en lokalavis, nummer på gul seddel"},
            ),
            Piece(
                4.8,
                "konto.png",
                "DEMO konto",
                kind=EvidenceKind.PROFILE,
                platform="Instagram",
                accounts=("gangene_x",),
                claimed_at="siden mandag",
                shows="kontoens forside",
                holder=Holder.PARENTS,
            ),
        ),
    )


def _extortion() -> DemoCase:
    return DemoCase(
        opened=15,
        intake=Intake(
            title="Afpresning med billeder",
            happened="Emil, 16, har talt med 'en pige' i en uge. I nat kom kravet: 4.000 kr., ellers får alle "
            "billederne. Han "
            "har ikke sovet. Han siger, at han ikke kan mere.",
            people=(
                victim("Emil S."),
                parent("Lone S.", "Emil S."),
                parent("Peder S.", "Emil S."),
                PersonDraft(name="Farmor", roles=(Role.OTHER,), age=Age.ADULT, about="den, Emil helst bor hos lige nu"),
            ),
            facts={"victim.age": "minor", "told.whom": "parents police", "offender.known": "unknown"},
            stand_in=STAND_IN,
        ),
        doings=(
            steps.uncovered(
                14.99, "Afpresning med billeder og film", "Emil; en ukendt", "Instagram og en opkaldstjeneste", known=""
            ),
            steps.reaction(14.99, "violent", "sexual", recognisable=True, threats=True),
            Level(
                14.98,
                4,
                "Han kan ikke bære det alene og har sagt, at han ikke kan mere. Livslinien er ringet op "
                "sammen med ham.",
            ),
            Note(
                14.95,
                "112 blev overvejet og ikke nødvendigt: Emil var hos mig hele tiden, og hans far kom. Vi ringede til "
                "Livslinien sammen, på højttaler. Aftale: Han er ikke alene de næste tre nætter.",
            ),
            steps.police_rung(14.9, "Vagthavende", "Betal ikke. Svar ikke. Slet intet. Kom på stationen i dag."),
            steps.platform_written(14.9, "Instagram: kontoen anmeldt som afpresning; bedt om at gemme oplysninger"),
            Did(
                14.5,
                "police-report",
                {"report.status": "made", "report.by": "both", "report.on": THAT_DAY},
            ),
            Did(
                14.2,
                "police-take-over",
                {"police.internal": "wait", "police.internal-note": "Ingen samtaler med andre elever."},
            ),
            steps.leadership(14.5, "Fravær registreres ikke. Kun lederen og jeg ved besked."),
            steps.parents_told(14.6, "Begge forældre, hos mig"),
            steps.secured(14.4, "Politiet har kopieret Emils telefon"),
            steps.nothing_sent(14.4),
            Did(
                14.0,
                "long-help",
                {
                    "support.plan": "Samtale hos mig mandag og torsdag; Birk træder til. Psykolog fra uge to. Farmor i "
                    "weekenden."
                },
            ),
            Did(
                13.0,
                "refer-help",
                {"help.referrals": "psychologist victim-support", "help.note": "Tid hos psykolog på tirsdag."},
            ),
            steps.talked(8.0, "shame anxiety stress", "Han sov fem timer i nat. 'Det er det meste i to uger.'"),
            Note(
                1.0,
                "Emil har selv ringet til offerrådgivningen. Han fortalte det, som om det var ingenting. Det "
                "var det ikke.",
            ),
            Piece(
                14.6,
                "kravet.png",
                "DEMO kravet",
                kind=EvidenceKind.MESSAGE,
                platform="Instagram",
                accounts=("sofie_x_2009",),
                claimed_at="natten til i dag kl. 02.11",
                shows="kravet om penge og truslen",
                holder=Holder.POLICE,
                held_where="politiets kopi af telefonen",
            ),
        ),
    )
