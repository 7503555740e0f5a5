"""The files people bring: real PDF files on a disk."""

from datetime import datetime
from pathlib import Path

from dume import build
from dume.model import Contact
from procurement.portal.demonstration import papers
from tests.browser.buyer import REFERENCE, TITLE
from tests.browser.company import Bid

#: The pieces that the form proposes to the buyer.
FORMS, OTHER = "Candidature (DC1 et DC2) ou DUME", "Une autre pièce"
OFFER_PIECES = ("Acte d'engagement", "Mémoire technique", "Pièce financière (BPU, DQE ou DPGF)")


class Drawer:
    """A folder in which files are written at a given moment."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder, self.now = folder, now

    def put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def documents(self) -> dict[str, list[Path]]:
        """The documents of the consultation by the kind as it is shown."""
        about = {"title": TITLE, "buyer": "Commune de Valfictif", "reference": REFERENCE, "now": self.now}
        return {
            "Règlement de la consultation (RC)": [
                self.put("Règlement de la consultation.pdf", papers.rules_of_consultation(**about))
            ],
            "Clauses techniques (CCTP)": [
                self.put("CCTP.pdf", papers.technical_clauses(**about)),
                self.put("Plan de l'école.pdf", papers.technical_clauses(**about)),
            ],
        }

    def espd(self, company: str, siret: str, version: str) -> bytes:
        return build.build_response(
            operator_name=company,
            operator_siret=siret,
            country="FR",
            buyer_name="Commune de Valfictif",
            reference=REFERENCE,
            title=TITLE,
            lots=["1"],
            contact=Contact(name="Service des marchés", email="contact@entreprise.example"),
            now=self.now,
            version=version,
        )

    def bid(self, company: str, siret: str, espd: bytes, price: str, *, espd_alone: bool) -> Bid:
        """An answer to the first lot; the eDUME stands for the forms, or comes beside them."""
        about = {"company": company, "reference": REFERENCE, "now": self.now}
        letter = papers.candidature(siret=siret, **about)
        offer = papers.offer(title=TITLE, price=price, **about)
        forms = {"Attestations été.pdf": OTHER} if espd_alone else {"DC1.pdf": FORMS, "DC2.pdf": FORMS}
        return Bid(
            candidature=[(piece, self.put(f"{siret}/{name}", letter)) for name, piece in forms.items()],
            espd=self.put(f"{siret}/eDUME.xml", espd),
            espd_answers=FORMS if espd_alone else OTHER,
            offer=[(piece, self.put(f"{siret}/{piece.split(' (')[0]}.pdf", offer)) for piece in OFFER_PIECES],
        )
