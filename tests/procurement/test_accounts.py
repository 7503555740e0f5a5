"""Who may do what: roles, tokens, members (P7-B1, P7-S1, P8-5)."""

from datetime import datetime
from hashlib import sha256

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from procurement.accounts import queries, services
from procurement.accounts.access import Access, Forbidden, access_for
from procurement.accounts.models import ApiToken, Membership, User
from procurement.accounts.roles import ROLE_ABILITIES, Ability, Role
from procurement.actors import SYSTEM
from procurement.audit.models import Entry
from procurement.organisations.services import OrganisationExists
from tests.factories import organisations as make

pytestmark = pytest.mark.django_db

#: The whole table of abilities, written a second time: a change of rights must be made on purpose, twice.
EXPECTED = {
    "operator_admin": {"operate"},
    "buyer_admin": {"read_file", "manage_team", "manage_tokens"},
    "editor": {"read_file", "prepare"},
    "publisher": {"read_file", "prepare", "publish", "award"},
    "opener": {"read_file", "open_bids"},
    "reader": {"read_file"},
    "company_admin": {"deposit", "manage_team", "manage_tokens"},
    "company_member": {"deposit"},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("ability", Ability)
def test_each_role_has_its_abilities_and_no_other(role: Role, ability: Ability) -> None:
    access = Access(roles=frozenset({role}))
    assert access.may(ability) is (ability in EXPECTED[role])
    if ability not in EXPECTED[role]:
        with pytest.raises(Forbidden):
            access.require(ability)


def test_every_role_is_in_the_table() -> None:
    assert set(ROLE_ABILITIES) == set(Role)


def test_a_role_belongs_to_a_kind_of_organisation(now: datetime) -> None:
    buyer = make.buyer()
    with pytest.raises(services.RoleNotOfThisOrganisation):
        services.add_member(
            organisation=buyer, email="a@b.example", roles=[Role.OPERATOR_ADMIN], actor=SYSTEM, now=now
        )
    assert not Membership.objects.exists()
    assert not User.objects.exists()


def test_a_person_may_belong_to_several_organisations_and_acts_for_one(client: Client) -> None:
    first, second = make.buyer("Commune A"), make.buyer("Commune B")
    user = make.member(first, Role.READER)
    make.member(second, Role.EDITOR, email=user.email)
    request = RequestFactory().get("/")
    request.user, request.session = user, client.session
    access = access_for(request)
    assert (access.organisation, access.roles) == (first, frozenset({Role.READER}))
    client.force_login(user)
    client.post("/organisation/choisir/", {"organisation": str(second.pk)})
    assert client.session["organisation_id"] == str(second.pk)


def test_nobody_acts_for_an_organisation_of_others(client: Client) -> None:
    mine, others = make.buyer("Commune A"), make.buyer("Commune B")
    client.force_login(make.member(mine))
    client.post("/organisation/choisir/", {"organisation": str(others.pk)})
    assert "organisation_id" not in client.session


def test_a_closed_account_has_no_access() -> None:
    user = make.member(make.buyer())
    user.is_active = False
    request = RequestFactory().get("/")
    request.user, request.session = user, {}  # type: ignore[assignment]
    assert not access_for(request).is_signed_in


def test_a_token_is_kept_as_a_digest_only(now: datetime) -> None:
    row, token = services.issue_api_token(
        organisation=make.buyer(), name="Logiciel", roles=[Role.EDITOR], actor=SYSTEM, now=now
    )
    assert row.token_hash == sha256(token.encode()).hexdigest()
    assert queries.find_usable_token(token) == row
    assert token not in str(list(Entry.objects.values()))
    services.revoke_api_token(token=row, actor=SYSTEM, now=now)
    assert queries.find_usable_token(token) is None


def test_a_siret_is_registered_once_per_kind(now: datetime) -> None:
    company = make.company()
    with pytest.raises(OrganisationExists):
        make.company("Une autre", siret=company.siret)
    assert make.buyer(siret=company.siret).siret == company.siret


def test_nobody_removes_themselves(now: datetime) -> None:
    buyer = make.buyer()
    user = make.member(buyer)
    with pytest.raises(services.CannotRemoveOneself):
        services.remove_member(organisation=buyer, user=user, actor=make.actor_of(buyer, user), now=now)
    assert Membership.objects.filter(user=user).exists()


def test_a_company_signs_up_and_confirms_its_address(client: Client, mailoutbox: list[object]) -> None:
    """P7-S1: sign-up by SIRET; nobody enters before the address is confirmed."""
    answers = {
        "email": "Direction@entreprise.example",
        "password1": "une phrase assez longue",
        "password2": "une phrase assez longue",
        "full_name": "Direction",
        "company_name": "Entreprise Nouvelle",
        "siret": make.fictional_siret(77),
        "country": "FR",
    }
    response = client.post("/compte/signup/", answers)
    assert response.status_code == 302, response.context["form"].errors
    user = User.objects.get()
    assert user.email == "direction@entreprise.example"
    assert user.memberships.get().role == Role.COMPANY_ADMIN
    assert len(mailoutbox) == 1
    assert client.get("/tableau-de-bord/").status_code == 302
    client.post("/compte/login/", {"login": user.email, "password": answers["password1"]})
    assert client.get("/tableau-de-bord/").status_code == 302


SIGN_UP = {
    "email": "a@b.example",
    "password1": "une phrase assez longue",
    "password2": "une phrase assez longue",
    "full_name": "A",
    "company_name": "E",
    "country": "FR",
}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"siret": "73282932000075"}, "n&#x27;est pas valide"),
        ({"siret": ""}, "Indiquez le SIRET"),
        ({"siret": "", "foreign_id": "X1"}, "s&#x27;inscrit avec son SIRET"),
        ({"siret": "", "foreign_id": "X1", "country": "Allemagne"}, "deux"),
    ],
)
def test_a_company_that_is_not_identified_does_not_sign_up(
    client: Client, answers: dict[str, str], words: str
) -> None:
    response = client.post("/compte/signup/", {**SIGN_UP, **answers})
    assert words in response.content.decode()
    assert not User.objects.exists()


def test_a_foreign_company_signs_up_with_its_own_identifier(client: Client) -> None:
    answers = {"siret": "", "foreign_id": "BE0123456749", "country": "be"}
    assert client.post("/compte/signup/", {**SIGN_UP, **answers}).status_code == 302
    company = User.objects.get().memberships.get().organisation
    assert (company.identifier, company.country) == ("BE0123456749", "BE")


def test_guessing_passwords_is_slowed_down(client: Client, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}  # type: ignore[attr-defined]
    cache.clear()
    user = make.member(make.company(), password="la bonne phrase")
    for _ in range(4):
        client.post("/compte/login/", {"login": user.email, "password": "mauvaise"})
    response = client.post("/compte/login/", {"login": user.email, "password": "la bonne phrase"})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_buyer_without_second_factor_is_sent_to_set_one_up(client: Client, settings: object) -> None:
    settings.REQUIRE_SECOND_FACTOR = True  # type: ignore[attr-defined]
    client.force_login(make.member(make.buyer()))
    response = client.get("/acheteur/consultations/")
    assert (response.status_code, response["Location"]) == (302, "/compte/2fa/")
    client.force_login(make.member(make.company()))
    assert client.get("/entreprise/plis/").status_code == 200


def test_tokens_are_the_administrators_to_make(client: Client) -> None:
    buyer = make.buyer()
    client.force_login(make.member(buyer, Role.PUBLISHER))
    assert client.post("/organisation/cles/", {"name": "Logiciel"}).status_code == 403
    assert not ApiToken.objects.exists()
    client.force_login(make.member(buyer, Role.BUYER_ADMIN))
    page = client.post("/organisation/cles/", {"name": "Logiciel"}).content.decode()
    assert ApiToken.objects.get().organisation == buyer
    assert "pa_" in page
    assert "pa_" not in client.get("/organisation/cles/").content.decode()


def test_a_companys_software_may_deposit_and_nothing_else(client: Client) -> None:
    company = make.company()
    client.force_login(make.member(company, Role.COMPANY_MEMBER))
    assert client.post("/organisation/cles/", {"name": "Logiciel"}).status_code == 403
    assert not ApiToken.objects.exists()
    client.force_login(make.member(company, Role.COMPANY_ADMIN))
    assert "pa_" in client.post("/organisation/cles/", {"name": "Logiciel"}).content.decode()
    assert ApiToken.objects.get().roles == [Role.COMPANY_MEMBER]
