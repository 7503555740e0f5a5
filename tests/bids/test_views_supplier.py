"""Starting and preparing a deposit, as each kind of visitor."""

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Deposit
from procurement.accounts.roles import Role
from tests.factories import bids, organisations, tenders


def pages_of(deposit: Deposit) -> list[str]:
    names = ["draft", "lots", "candidature", "dume", "check", "seal", "receipt", "receipt_pdf", "receipt_zip"]
    lot = deposit.lots.first()
    return [
        *(reverse(f"bids:{name}", args=[deposit.pk]) for name in [*names, "withdraw"]),
        reverse("bids:offer", args=[deposit.pk, lot.number]),
    ]


def test_a_visitor_signs_in_and_comes_back(consultation) -> None:
    url = reverse("bids:start", args=[consultation.pk])
    reply = Client().get(url)
    assert reply.status_code == 302
    assert reply.url == f"{reverse('account_login')}?next={url}"
    assert "sessionid" not in reply.cookies


def test_the_target_is_unmistakable(consultation, browser) -> None:
    """CE 1 June 2023 n° 469127: title, reference, buyer, lots before anything else."""
    html = browser.get(reverse("bids:start", args=[consultation.pk])).content.decode()
    deadline = "mercredi 1er\u00a0avril\u00a02026 à 12\u00a0h\u00a000 (heure de Paris)"
    shown = (consultation.title, consultation.reference, consultation.buyer.name, "Signalisation", deadline)
    for words in shown:
        assert words in html
    assert Deposit.objects.count() == 0


def test_starting_opens_the_one_draft(consultation, browser, company, clock) -> None:
    lot = consultation.lots.first()
    reply = browser.post(reverse("bids:start", args=[consultation.pk]), {"lots": [str(lot.pk)]})
    draft = Deposit.objects.get()
    assert reply.url == reverse("bids:draft", args=[draft.pk])
    assert (draft.company, list(draft.lots.all())) == (company, [lot])
    again = browser.get(reverse("bids:start", args=[consultation.pk])).content.decode()
    assert reverse("bids:draft", args=[draft.pk]) in again


def test_no_lot_no_draft(consultation, browser, clock) -> None:
    reply = browser.post(reverse("bids:start", args=[consultation.pk]), {})
    assert "Choisissez au moins un lot" in reply.content.decode()
    assert not Deposit.objects.exists()


def test_a_single_lot_is_chosen_already(browser, clock) -> None:
    html = browser.get(reverse("bids:start", args=[tenders.published().pk])).content.decode()
    assert "checked" in html


def test_a_second_deposit_is_announced_as_a_replacement(consultation, company, browser, clock) -> None:
    """R2151-6, told before the work and not after."""
    bids.sealed(consultation, company)
    html = browser.get(reverse("bids:start", args=[consultation.pk])).content.decode()
    assert "remplacera en entier" in html


def test_after_the_deadline_the_page_says_so_and_lets_deposit(consultation, browser, clock) -> None:
    """P7-B5."""
    clock.move_to(consultation.deadline.replace(minute=1))
    html = browser.get(reverse("bids:start", args=[consultation.pk])).content.decode()
    assert "La date limite est passée" in html
    assert "Préparer mon pli" in html


def test_an_abandoned_consultation_offers_no_deposit(browser, clock) -> None:
    html = browser.get(reverse("bids:start", args=[tenders.cancelled().pk])).content.decode()
    assert "n'accepte plus de pli" in html
    assert "Préparer mon pli" not in html


def test_the_task_list_says_what_is_missing(consultation, company, browser, clock) -> None:
    draft = bids.draft(consultation, company)
    html = browser.get(reverse("bids:draft", args=[draft.pk])).content.decode()
    assert "2 pièces manquantes" in html  # act of commitment and memorandum, in each lot
    assert "Ce pli n'est pas encore déposé" in html
    filled = bids.filled(consultation, company)
    html = browser.get(reverse("bids:draft", args=[filled.pk])).content.decode()
    assert "manquante" not in html


def test_lots_are_changed_unless_files_hold_them(consultation, company, browser, clock) -> None:
    draft = bids.draft(consultation, company)
    first, second = consultation.lots.all()
    url = reverse("bids:lots", args=[draft.pk])
    assert browser.post(url, {"lots": [str(second.pk)]}).url == reverse("bids:draft", args=[draft.pk])
    bids.piece(draft, lot=second)
    reply = browser.post(url, {"lots": [str(first.pk)]})
    assert "sont conservés" in reply.content.decode()
    assert list(draft.lots.all()) == [second]


@pytest.mark.parametrize("state", ["draft", "sealed"])
def test_nobody_else_sees_a_deposit(state, consultation, company, sign_in, clock) -> None:
    """P7-T9: other companies, the buyer in all its roles, the operator."""
    deposit = bids.filled(consultation, company) if state == "draft" else bids.sealed(consultation, company)
    before = list(Deposit.objects.values())
    strangers = [
        organisations.member(organisations.company("Concurrente SAS")),
        organisations.member(organisations.operator()),
        *(
            organisations.member(consultation.buyer, role)
            for role in (Role.BUYER_ADMIN, Role.EDITOR, Role.PUBLISHER, Role.OPENER, Role.READER)
        ),
    ]
    posted = [reverse(f"bids:{name}", args=[deposit.pk]) for name in ("seal", "withdraw", "lots", "upload")]
    piece = deposit.pieces.first()
    posted += [
        reverse(f"bids:{name}", args=[deposit.pk, piece.pk]) for name in ("remove_piece", "assign_piece")
    ]
    for stranger in strangers:
        browser = sign_in(stranger)
        found = {browser.get(url).status_code for url in pages_of(deposit) if not url.endswith("/sceller/")}
        found |= {browser.post(url, {"confirm": "on"}).status_code for url in posted}
        assert found == {404}, stranger
    assert list(Deposit.objects.values()) == before
    assert deposit.pieces.filter(pk=piece.pk).exists()


def test_visitors_are_sent_to_sign_in_everywhere(consultation, company, clock) -> None:
    deposit = bids.sealed(consultation, company)
    for url in [*pages_of(deposit), reverse("bids:mine")]:
        assert Client().get(url).url.startswith(reverse("account_login")), url


def test_any_member_of_the_company_may_deposit(consultation, company, sign_in, clock) -> None:
    draft = bids.draft(consultation, company)
    member = sign_in(organisations.member(company, Role.COMPANY_MEMBER))
    assert member.get(reverse("bids:draft", args=[draft.pk])).status_code == 200


def test_the_list_of_deposits_says_where_each_stands(consultation, company, browser, clock) -> None:
    bids.sealed(consultation, company)
    bids.sealed(consultation, company)
    bids.sealed(consultation, organisations.company("Concurrente SAS"))
    bids.sealed(consultation, company, received_at=consultation.deadline.replace(minute=1))
    bids.draft(consultation, company)
    html = browser.get(reverse("bids:mine")).content.decode()
    for words in ("Pli n° 1 remplacé", "Pli n° 2 déposé", "Pli n° 4 hors délai", "pas encore déposé"):
        assert words in html
    assert "Pli n° 3" not in html


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_costs_the_same_whatever_its_length(
    count, company, browser, clock, django_assert_num_queries
) -> None:
    for _ in range(count):
        bids.draft(tenders.published(lots=tenders.LOTS), company)
    with django_assert_num_queries(6):  # session, user, memberships, count, deposits, lots
        browser.get(reverse("bids:mine"))


@pytest.mark.parametrize("count", [1, 12])
def test_the_task_list_and_the_check_cost_the_same_whatever_the_files(
    count, consultation, company, browser, clock, django_assert_max_num_queries
) -> None:
    draft = bids.draft(consultation, company)
    for number in range(count):
        bids.piece(draft, f"{number}.pdf", lot=consultation.lots.first())
    with django_assert_max_num_queries(7):
        browser.get(reverse("bids:draft", args=[draft.pk]))
    with django_assert_max_num_queries(9):
        browser.get(reverse("bids:check", args=[draft.pk]))
    with django_assert_max_num_queries(7):
        browser.get(reverse("bids:offer", args=[draft.pk, 1]))


def test_a_sealed_deposit_has_its_receipt_in_place_of_its_steps(
    consultation, company, browser, clock
) -> None:
    deposit = bids.sealed(consultation, company)
    for name in ("draft", "lots", "candidature", "dume", "check"):
        reply = browser.get(reverse(f"bids:{name}", args=[deposit.pk]))
        assert reply.url == reverse("bids:receipt", args=[deposit.pk])
