"""The opener's sheet of the five checks (annexe 12 art. 5), on a desk and on a phone, in light and in dark."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bids.models import Piece
from procurement.accounts.roles import Role
from signing.pki.authority import ensure_authority
from signing.seals import seal_detached
from signing.services.stamping import current_authority
from tests.browser.people import PASSWORD, PHONE, Eyes, Person
from tests.factories import openings, organisations, tenders
from tests.signing import pki
from tests.signing.conftest import render_receipt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
OFFER = b"Une offre fictive, chiffres compris.\n" * 40
EMAIL = "lecture@valfictif.example"


@pytest.fixture
def consultation(tmp_path):
    """A deposit with a detached signature, one of an authority that nobody knows, and one that is broken."""
    consultation, when = tenders.published(), openings.HANDED_IN
    signature = seal_detached(OFFER, authority=current_authority(when), now=when)
    unknown = ensure_authority(tmp_path, when - timedelta(days=30))
    signer = pki.signer(unknown, begins=when - timedelta(days=20), ends=when + timedelta(days=300))
    signed = pki.sign(render_receipt(when), signer, now=when, stamped_at=when)
    offer = [
        ("offre.txt", OFFER),
        ("offre.txt.p7s", signature),
        ("acte-d-engagement.pdf", signed),
        ("annexe-financiere-au-nom-vraiment-tres-long-pour-un-telephone.pdf", altered(signed)),
    ]
    openings.deposit(consultation, organisations.company(), offer=offer)
    return openings.opened(consultation)


def altered(signed: bytes) -> bytes:
    changed = bytearray(signed)
    changed[changed.index(b"%%EOF") - 20] ^= 1
    return bytes(changed)


@pytest.fixture
def reader(consultation, clock, new_page) -> Person:
    organisations.member(consultation.buyer, Role.READER, email=EMAIL, password=PASSWORD)
    person = Person(new_page())
    person.go("/compte/login/")
    person.fill("E-mail", EMAIL)
    person.fill("Mot de passe", PASSWORD)
    person.submit("Se connecter")
    return person


def test_the_sheet_is_read_by_everybody_everywhere(reader, consultation, axe, picture) -> None:
    eyes = Eyes(axe, picture, prefix="signatures-")
    reader.go(reverse("bids:opening", args=[consultation.pk]))
    eyes.look(reader.page, "plis-ouverts")
    pieces = Piece.objects.filter(deposit__consultation=consultation).order_by("name")
    for number, piece in enumerate(pieces):
        reader.go(reverse("bids:signatures", args=[consultation.pk, piece.pk]))
        eyes.look(reader.page, str(number))
    reader.page.set_viewport_size({"width": PHONE, "height": 740})
    picture(reader.page, "signatures-phone")
    assert eyes.remarks == []
