"""The demo: an invented office with a dozen cases, in a home of its own that is thrown away.

Its name begins with DEMO, its people do not exist, and its passphrase is known to everybody: it protects nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from store.model import Contact, OfficeSetUp
from store.secret import Secret

OFFICE: Final = "DEMO: Havrevang Skole og Ungehus"
AUTHOR: Final = "Tove Ø. (DEMO)"
PASSPHRASE: Final = "demo kigger roligt rundt i huset"  # noqa: S105 - it is shown on the screen and protects nothing

_CONTACTS: Final = (
    Contact(id="prevention-unit", name="DEMO: Forebyggelsen", phone="00 00 00 01", mail="forebyggelse@demo.invalid"),
    Contact(id="police-resource-person", name="DEMO: Politiets ressourceperson", phone="00 00 00 02"),
    Contact(id="communications", name="DEMO: Kommunikationsafdelingen", phone="00 00 00 03"),
)


def prepare(home: Path, *, now: datetime | None = None) -> Secret:
    """Make the invented office in an empty home.

    Args:
        home: a folder for it alone; a temporary one.
        now: the moment that is today, UTC and aware.

    Returns:
        The passphrase that opens its vault.
    """
    from store.casework import Casework
    from store.home import Home
    from store.slots import KdfParameters
    from store.vault import Vault
    from tui.demo.grave_cases import grave_cases
    from tui.demo.light_cases import light_cases
    from tui.demo.other_cases import other_cases
    from tui.demo.script import Days, TurnedBack, play

    now = now or datetime.now(UTC)
    passphrase = Secret.from_text(PASSPHRASE)
    clock = TurnedBack(now - timedelta(days=70))
    days = Days(now.astimezone().date())
    with Vault.create(Home(home), label=AUTHOR, passphrase=passphrase, kdf=KdfParameters.FLOOR) as vault:
        casework = Casework(vault, clock=clock)
        casework.set_up(OfficeSetUp(office=OFFICE, author=AUTHOR, language="da", contacts=_CONTACTS))
        play(casework, clock, (*light_cases(days), *grave_cases(), *other_cases(days)), now=now)
        clock.set(now)
        casework.close()
    return passphrase
