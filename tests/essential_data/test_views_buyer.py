from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from essential_data import services
from essential_data.forms import form_for
from essential_data.models import Publication
from procurement.accounts.roles import Role
from procurement.organisations.models import Kind, Organisation
from procurement.organisations.services import register_organisation
from tenders.models import Contract
from tenders.rules.contracts import Facts
from tenders.services.contracts import facts_of
from tests.essential_data.conftest import ACTOR, CONCESSION_FACTS, FACTS, SECOND_SIRET

MINE = "/acheteur/donnees-essentielles/"
MakeContract = Callable[..., Contract]
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _today(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def incomplete(make_contract: MakeContract) -> Contract:
    return make_contract(facts=replace(FACTS, price_form=None, advance_rate=None))


def address(contract: Contract, act: str = "") -> str:
    return f"{MINE}{contract.pk}/{act}"


def typed(contract: Contract, **changes: Any) -> dict[str, Any]:
    """What the browser sends back of the form as it was shown."""
    form = form_for(contract)(initial=form_for(contract).initial_of(contract))
    shown = {name: form[name].value() for name in form.fields}
    shown["amount"] = "85 000,50"
    return {name: value for name, value in (shown | changes).items() if value is not None}


def test_the_list_says_what_is_late_and_what_waits(
    client_as: SignIn, make_contract: MakeContract, make_published: Callable[..., Publication], now: datetime
) -> None:
    make_published()
    services.schedule(contract=make_contract(), actor=ACTOR, now=now)
    services.schedule(contract=make_contract(notified_on=date(2025, 6, 2)), actor=ACTOR, now=now)
    make_contract()  # the periodic job has not seen it yet
    make_contract(notified_on=None)
    make_contract(amount=Decimal(9000))
    response = client_as(Role.READER).get(MINE)
    states = sorted(duty.state for duty in response.context["duties"])
    assert states == ["late", "none", "published", "scheduled", "scheduled", "waiting"]
    assert "En retard" in response.content.decode()


def test_the_list_costs_the_same_for_one_contract_and_for_many(
    client_as: SignIn, make_contract: MakeContract, django_assert_num_queries: Any
) -> None:
    browser = client_as(Role.READER)
    make_contract()
    with django_assert_num_queries(8):  # session, user, roles, rules, count, contracts, holders, publications
        browser.get(MINE)
    for _ in range(5):
        make_contract()
    with django_assert_num_queries(8):
        browser.get(MINE)


def test_the_page_lists_what_is_missing(client_as: SignIn, incomplete: Contract) -> None:
    text = client_as(Role.PUBLISHER).get(address(incomplete)).content.decode()
    assert '<a href="#id_price_form">« Forme du prix » manque' in text
    assert "indiquez son taux" in text
    assert "Publier maintenant" not in text


def test_an_editor_completes_and_the_publisher_publishes(client_as: SignIn, incomplete: Contract) -> None:
    editor = client_as(Role.EDITOR)
    answer = editor.post(address(incomplete), typed(incomplete, price_form="mixed", advance_rate="5,5"))
    assert (answer.status_code, answer["Location"]) == (302, address(incomplete))
    incomplete.refresh_from_db()
    assert facts_of(incomplete).price_form == "mixed"
    assert str(incomplete.advance_rate) == "0.0550"
    text = client_as(Role.PUBLISHER).get(address(incomplete)).content.decode()
    assert "Tout est prêt" in text
    assert "au plus tard le 16\u00a0avril\u00a02026" in text
    answer = client_as(Role.PUBLISHER).post(address(incomplete, "publier/"), follow=True)
    assert "sont publiées" in answer.content.decode()
    assert Publication.objects.get().is_published


def test_the_form_gives_back_what_it_was_given(make_contract: MakeContract) -> None:
    for contract in (
        make_contract(facts=replace(FACTS, eu_share=Decimal("0.5"), french_share=Decimal("0.123"))),
        make_contract(kind="concession", facts=CONCESSION_FACTS),
    ):
        contract.refresh_from_db()
        form = form_for(contract)(typed(contract))
        assert form.is_valid(), form.errors
        assert form.facts == facts_of(contract)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"social": ["clause", "none"]}, "social"),
        ({"cpv": "9310000"}, "cpv"),
        ({"amount": "beaucoup"}, "amount"),
        ({"duration_months": "0"}, "duration_months"),
        ({"procedure": "autre"}, "procedure"),
    ],
)
def test_a_contradiction_is_shown_on_its_field_and_nothing_is_kept(
    client_as: SignIn, incomplete: Contract, changes: dict[str, Any], field: str
) -> None:
    answer = client_as(Role.EDITOR).post(address(incomplete), typed(incomplete, subject="Autre", **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    incomplete.refresh_from_db()
    assert incomplete.subject == FACTS.subject


def test_every_official_fact_that_can_be_typed_has_its_field(
    make_contract: MakeContract, now: datetime
) -> None:
    for kind in ("contract", "concession"):
        contract = make_contract(kind=kind, facts=Facts())
        form = form_for(contract)()
        missing = services.list_missing(contract=contract, now=now)
        assert [p.path for p in missing if not form.anchor_of(p.path) and p.path != "dateSignature"] == []


def test_publishing_what_is_incomplete_says_so(client_as: SignIn, incomplete: Contract) -> None:
    answer = client_as(Role.PUBLISHER).post(address(incomplete, "publier/"), follow=True)
    assert "rien n&#x27;a été publié" in answer.content.decode()
    assert not Publication.objects.published().exists()


def test_below_every_threshold_there_is_nothing_to_publish(
    client_as: SignIn, make_contract: MakeContract
) -> None:
    contract = make_contract(amount=Decimal("24999.99"))
    answer = client_as(Role.PUBLISHER).post(address(contract, "publier/"), follow=True)
    assert "Aucune règle n&#x27;impose" in answer.content.decode()
    assert not Publication.objects.exists()


def test_a_published_contract_offers_no_form(
    client_as: SignIn, make_published: Callable[..., Publication]
) -> None:
    contract = make_published().contract
    text = client_as(Role.PUBLISHER).get(address(contract)).content.decode()
    assert "Les données sont publiées" in text
    assert "Enregistrer les données" not in text
    assert client_as(Role.EDITOR).post(address(contract), typed(contract)).status_code == 409


@pytest.mark.parametrize(
    ("role", "read", "complete", "publish"),
    [
        (Role.READER, 200, 403, 403),
        (Role.OPENER, 200, 403, 403),
        (Role.BUYER_ADMIN, 200, 403, 403),
        (Role.EDITOR, 200, 302, 403),
        (Role.PUBLISHER, 200, 302, 302),
    ],
)
def test_each_role_may_do_its_part(
    client_as: SignIn, make_contract: MakeContract, role: Role, read: int, complete: int, publish: int
) -> None:
    contract, browser = make_contract(), client_as(role)
    assert browser.get(MINE).status_code == read
    assert browser.get(address(contract)).status_code == read
    assert browser.post(address(contract), typed(contract, subject="Tonte")).status_code == complete
    assert browser.post(address(contract, "publier/")).status_code == publish
    assert Publication.objects.published().exists() == (publish == 302)
    contract.refresh_from_db()
    assert (contract.subject == "Tonte") == (complete == 302)


def test_another_buyer_sees_nothing(client_as: SignIn, make_contract: MakeContract, now: datetime) -> None:
    other = register_organisation(
        kind=Kind.BUYER, name="Syndicat de Chimère", siret="20004000400018", actor=ACTOR, now=now
    )
    contract, browser = make_contract(), client_as(Role.PUBLISHER, other)
    assert browser.get(MINE).context["duties"] == []
    assert browser.get(address(contract)).status_code == 404
    assert browser.post(address(contract), typed(contract)).status_code == 404
    assert browser.post(address(contract, "publier/")).status_code == 404


def test_visitors_are_asked_to_sign_in_and_companies_find_nothing(
    client: Client, client_as: SignIn, make_contract: MakeContract, now: datetime
) -> None:
    company: Organisation = register_organisation(
        kind=Kind.COMPANY, name="Jardins Imaginaires", siret=SECOND_SIRET, actor=ACTOR, now=now
    )
    contract = make_contract()
    for path in (MINE, address(contract)):
        assert client.get(path).status_code == 302
        assert client_as(Role.COMPANY_ADMIN, company).get(path).status_code == 404
    assert client.post(address(contract, "publier/")).status_code == 302
