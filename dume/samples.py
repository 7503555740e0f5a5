"""Ready-made fictional responses for the demonstration, the journey and the tests."""

from datetime import datetime

from dume.build import build_response
from dume.model import Contact, Representative

OPERATOR = "Menuiserie Imaginaire"
BUYER = "Commune de Valfictif"
#: Fictional, with a right check digit.
SIRET = "99999900600011"
CONTACT = Contact(
    name="Service des marchés", telephone="+33 5 00 00 00 00", email="marches@menuiserie.example"
)
REPRESENTATIVE = Representative(
    first_name="Camille", family_name="Fictif", capacity="Gérance", contact=CONTACT
)


def sample_response(
    *,
    now: datetime,
    version: str = "4.1.0",
    reference: str = "2026-001",
    title: str = "Remplacement des menuiseries de l'école",
    operator_name: str = OPERATOR,
    operator_siret: str = SIRET,
    declared: frozenset[str] = frozenset(),
) -> bytes:
    return build_response(
        operator_name=operator_name,
        operator_siret=operator_siret,
        country="FR",
        buyer_name=BUYER,
        reference=reference,
        title=title,
        contact=CONTACT,
        now=now,
        version=version,
        declared=declared,
        representative=REPRESENTATIVE,
    )
