"""The papers of the demonstration: real PDF files, short, and visibly for show."""

from datetime import datetime
from pathlib import Path

from procurement import pdf

TEMPLATE = Path(__file__).parent / "typst" / "paper.typ"
NOTICE = "Document de démonstration : les organisations, les lieux et les montants sont fictifs."


def paper(
    *, title: str, issuer: str, reference: str, sections: list[tuple[str, list[str]]], now: datetime
) -> bytes:
    """A PDF of headed paragraphs."""
    data = {
        "title": title,
        "issuer": issuer,
        "reference": reference,
        "sections": [
            [heading, paragraphs] for heading, paragraphs in [*sections, ("Avertissement", [NOTICE])]
        ],
    }
    return pdf.render(TEMPLATE, data, now=now)


def rules_of_consultation(*, title: str, buyer: str, reference: str, now: datetime) -> bytes:
    return paper(
        title="Règlement de la consultation",
        issuer=buyer,
        reference=reference,
        sections=[
            ("Objet", [title + "."]),
            (
                "Remise des plis",
                [
                    "Les plis sont remis par voie électronique sur le profil d'acheteur avant la date limite.",
                    "La candidature peut être présentée sous la forme d'un DUME électronique.",
                ],
            ),
            ("Jugement des offres", ["Prix: 60 %.", "Valeur technique: 40 %."]),
        ],
        now=now,
    )


def technical_clauses(*, title: str, buyer: str, reference: str, now: datetime) -> bytes:
    return paper(
        title="Cahier des clauses techniques particulières",
        issuer=buyer,
        reference=reference,
        sections=[
            (
                "Prestations",
                [title + ".", "Le titulaire organise ses passages avec les services de l'acheteur."],
            )
        ],
        now=now,
    )


def offer(*, company: str, title: str, reference: str, price: str, now: datetime) -> bytes:
    return paper(
        title="Offre",
        issuer=company,
        reference=reference,
        sections=[("Objet", [title + "."]), ("Prix", [f"Montant proposé : {price}."])],
        now=now,
    )


def candidature(*, company: str, siret: str, reference: str, now: datetime) -> bytes:
    return paper(
        title="Candidature",
        issuer=company,
        reference=reference,
        sections=[("Candidat", [f"{company}, SIRET {siret}."]), ("Moyens", ["Effectif: 12 personnes."])],
        now=now,
    )
