"""A buyer enrols a second factor in the browser and signs in with it (allauth; RFC 6238, WebAuthn)."""

import base64
import hmac
import struct
from datetime import UTC, datetime
from hashlib import sha1

import pytest
import time_machine
from django.utils import timezone

from tests.browser.people import PASSWORD, Person
from tests.factories import organisations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

EMAIL = "mairie@valfictif.example"
#: Seconds that a code lasts (RFC 6238).
PERIOD = 30


@pytest.fixture
def clerk(settings, clock, new_page) -> Person:
    """At the sign-in page of an installation that demands a second factor of buyers."""
    settings.REQUIRE_SECOND_FACTOR = True
    organisations.member(organisations.buyer(), email=EMAIL, password=PASSWORD)
    person = Person(new_page())
    enter(person)
    person.page.get_by_role("heading", name="Double authentification").wait_for()
    person.sees("Ajoutez un second facteur")
    return person


def enter(person: Person) -> None:
    person.go("/compte/login/")
    person.fill("E-mail", EMAIL)
    person.fill("Mot de passe", PASSWORD)
    person.submit("Se connecter")


def prove(person: Person) -> None:
    """The password once more, before the account's security is changed."""
    person.page.get_by_role("heading", name="Confirmer l'accès").wait_for()
    person.fill("Mot de passe", PASSWORD)
    person.submit("Confirmer")


def leave(person: Person) -> None:
    person.go("/compte/logout/")
    person.submit("Se déconnecter")


def current_code(secret: str, clock: time_machine.Traveller) -> str:
    """Typed at the beginning of the next thirty seconds: at their end it would have passed before it is read."""
    clock.move_to(datetime.fromtimestamp((timezone.now().timestamp() // PERIOD + 1) * PERIOD, UTC))
    return code_at(secret, timezone.now().timestamp())


def code_at(secret: str, seconds: float) -> str:
    """RFC 6238 with the usual choices: SHA-1, 30 seconds, 6 digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(seconds) // PERIOD), sha1)
    offset = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 10**6:06d}"


def test_codes_of_an_application(clerk, clock, axe, picture) -> None:
    page = clerk.page
    clerk.follow("Activer l'application de codes")
    prove(clerk)
    picture(page, "mfa-01-totp")
    assert axe(page) == []
    secret = page.locator("code.hash").inner_text().replace(" ", "")
    clerk.main().get_by_role("textbox").fill(current_code(secret, clock))
    clerk.submit("Activer")
    page.get_by_role("heading", name="Codes de secours").or_(
        page.get_by_text("Active", exact=True)
    ).first.wait_for()
    picture(page, "mfa-02-active")
    leave(clerk)
    enter(clerk)
    page.get_by_role("heading", name="Second moyen de connexion").wait_for()
    picture(page, "mfa-03-asked")
    assert axe(page) == []
    clerk.main().get_by_role("textbox").first.fill(current_code(secret, clock))
    clerk.submit("Continuer")
    page.wait_for_url("**/tableau-de-bord/")


def test_a_passkey_opens_without_a_password(clerk, picture) -> None:
    page = clerk.page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    clerk.follow("Ajouter une clé")
    prove(clerk)
    clerk.main().get_by_role("textbox").first.fill("Clé de la mairie")
    clerk.main().get_by_role("checkbox").first.check()
    picture(page, "mfa-04-passkey")
    clerk.submit("Enregistrer la clé")
    page.wait_for_url(lambda address: "add" not in address)
    leave(clerk)
    clerk.go("/compte/login/")
    clerk.submit("Utiliser une clé d'accès")
    page.wait_for_url("**/tableau-de-bord/")
