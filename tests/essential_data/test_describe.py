from decimal import Decimal

import pytest

from essential_data.describe import normalise, sentence

FACTS = {
    "buyer": "Commune de Valfictif",
    "holders": ["Jardins Imaginaires"],
    "subject": "entretien",
    "amount": Decimal("85000.50"),
    "months": 24,
    "procedure": "Procédure adaptée",
    "offers": 3,
}
START = "Commune de Valfictif a confié à Jardins Imaginaires « entretien » pour 85\u202f000,50\u00a0€\u00a0HT"


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, ", sur 24\u00a0mois, après une mise en concurrence à laquelle 3 entreprises ont répondu."),
        (
            {"offers": 1},
            ", sur 24\u00a0mois, après une mise en concurrence à laquelle une seule entreprise a répondu.",
        ),
        ({"offers": None, "months": None}, "."),
        (
            {"procedure": "Marché passé sans publicité ni mise en concurrence préalable", "months": None},
            ", sans publicité ni mise en concurrence préalable.",
        ),
    ],
)
def test_a_contract_is_told_in_one_sentence(changes: dict[str, object], end: str) -> None:
    assert sentence(**FACTS | changes) == START + end


def test_several_holders_are_enumerated() -> None:
    assert "à A, B et C «" in sentence(**FACTS | {"holders": ["A", "B", "C"]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Œuvre  d’ÉTÉ", "oeuvre d'ete"), ("Réfection\nde l'Hôtel", "refection de l'hotel"), ("", "")],
)
def test_search_forgets_accents_case_and_spaces(text: str, expected: str) -> None:
    assert normalise(text) == expected
