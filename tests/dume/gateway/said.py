"""Who asks for what, in the tests of the gateway."""

from dume.gateway.exchanged import Consultation, Requester
from dume.samples import SIRET

BUYER = Requester(name="Commune de Valfictif", siret="99999900600029")
COMPANY = Requester(name="Menuiserie Imaginaire", siret=SIRET)
SCHOOL = Consultation(
    id="K7WZ4MQ2", reference="2026-001 Menuiseries de l'école", lot=2, buyer_siret=BUYER.siret
)
XML = "<demande>Menuiseries de l'école élémentaire</demande>".encode()
