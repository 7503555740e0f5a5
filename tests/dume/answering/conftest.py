from uuid import UUID

import pytest

from dume.answering.start import Profile, free_response, with_company, with_usual_answers
from dume.model import Dume, Party

IDENTIFIER = UUID("6b1c2a2e-6f0e-4b5b-9a39-2a5f3d1d7c11")
PROFILE = Profile(
    "Menuiserie Imaginaire", "99999900600011", "FR", "Camille Fictif", "camille@menuiserie.example"
)


def begun(now, **facts) -> Dume:
    facts.setdefault("buyer", Party("Commune de Valfictif"))
    facts.setdefault("reference", "2026-001")
    facts.setdefault("title", "Remplacement des menuiseries")
    dume = free_response(identifier=IDENTIFIER, number="ABCDEFGH", on=now.date(), **facts)
    return with_usual_answers(with_company(dume, PROFILE))


@pytest.fixture
def started(now) -> Dume:
    """A simplified response as a company finds it: prefilled, nothing declared yet."""
    return begun(now)
