"""A craftsman fills in a simplified DUME with the keyboard alone, and joins it to a bid (R2143-4, P7-S7)."""

from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from bids.models import Piece
from bids.states import PieceKind
from dume.models import DumeResponse
from dume.report import Verdict
from dume.validate import check
from procurement.accounts.roles import Role
from tests.browser.people import PHONE, Eyes, Person
from tests.factories import bids, organisations, tenders

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
EMAIL = "camille@menuiserie.example"
FEW = 40


@dataclass
class Keyboard:
    """Counts what a hand does: each key that is no text, and each field that is filled in."""

    page: Page
    count: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def tab_to(self, name: str) -> None:
        """Tab until the focus is on what is called so."""
        for _ in range(FEW):
            self.press("Tab")
            if name in self.focused():
                return
        pytest.fail(f"no « {name} » within {FEW} tabs of {self.page.url}")

    def focused(self) -> str:
        words = self.page.evaluate(
            "(one => [...(one.labels ?? [])].map(label => label.innerText).join(' ') || one.innerText)"
            "(document.activeElement)"
        )
        return " ".join((words or "").split())

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += 1

    def enter(self, address: str) -> None:
        """Send the form, or follow the link; the next page is there."""
        self.press("Enter")
        self.page.wait_for_url(f"**{address}**")


@pytest.fixture
def draft(clock):
    company = organisations.company("Menuiserie Imaginaire")
    organisations.member(company, Role.COMPANY_MEMBER, email=EMAIL, full_name="Camille Fictif")
    clock.move_to(bids.NOW)
    return bids.draft(tenders.published(), company)


@pytest.fixture
def craftsman(draft, new_page) -> Person:
    person = Person(new_page())
    person.come_back(EMAIL)
    person.go(reverse("bids:dume", args=[draft.pk]))
    return person


def fill_in(keys: Keyboard) -> None:
    keys.press("Tab", "Enter")  # « Aller au contenu »
    keys.tab_to("Remplir le DUME en ligne")
    keys.enter("/etapes/entreprise/")
    keys.tab_to("Micro-entreprise")
    keys.press("Space")
    keys.enter("/etapes/representants/")
    keys.tab_to("Qualité")
    keys.write("Gérance")
    keys.enter("/etapes/exclusion/")
    keys.tab_to("Aucun de ces motifs")
    keys.press("Space")
    keys.enter("/etapes/capacites/")
    keys.tab_to("Montant")
    keys.write("85 000,50")
    keys.tab_to("Nombre")
    keys.write("3")
    keys.enter("/verifier/")
    keys.tab_to("Terminer")
    keys.press("Enter")
    keys.page.get_by_role("heading", name="Votre DUME est terminé").wait_for()


def test_a_simplified_dume_takes_fewer_than_forty_keys_and_is_joined_in_one(craftsman, draft) -> None:
    keys = Keyboard(craftsman.page)
    fill_in(keys)
    row = DumeResponse.objects.get(company=draft.company)
    report = check(row.xml.encode(), operator_siret=draft.company.siret)
    assert (report.verdict, report.told) == (Verdict.CLEAN, ())
    assert keys.count < FEW, keys.count
    keys.tab_to("Joindre à mon pli")
    keys.enter("/entreprise/plis/")
    keys.page.get_by_role("button", name="Joindre à mon pli").focus()
    keys.press("Enter")
    craftsman.sees(f"DUME-{row.number}.xml est joint à votre pli, chiffré.")
    assert Piece.objects.get(deposit=draft, kind=PieceKind.ESPD).name == f"DUME-{row.number}.xml"


def test_every_page_is_for_everybody(craftsman, draft, axe, picture) -> None:
    eyes = Eyes(axe, picture, prefix="dume-")
    page = craftsman.page
    eyes.look(page, "00-pli")
    craftsman.submit("Remplir le DUME en ligne")
    row = DumeResponse.objects.get(company=draft.company)
    steps = ("consultation", "entreprise", "representants", "exclusion", "capacites")
    addresses = [reverse("dume:step", args=[row.pk, slug]) for slug in steps]
    for number, address in enumerate(addresses, start=1):
        craftsman.go(f"{address}?revoir")
        eyes.look(page, f"0{number}-manque")
    craftsman.go(addresses[3])
    page.get_by_text("Répondre motif par motif").click()
    first = page.get_by_role("group", name="Condamnation pour corruption")
    first.get_by_label("Oui").check()
    craftsman.submit("Enregistrer et continuer")
    craftsman.sees("Date de la condamnation")
    eyes.look(page, "06-motif")
    craftsman.go(addresses[4])
    craftsman.submit("Ajouter une année : Chiffre")
    eyes.look(page, "07-annees")
    for name in ("mine", "start"):
        craftsman.go(reverse(f"dume:{name}"))
        eyes.look(page, f"08-{name}")
    for name in ("tasks", "check", "group", "document", "delete"):
        craftsman.go(reverse(f"dume:{name}", args=[row.pk]))
        eyes.look(page, f"09-{name}")
    page.set_viewport_size({"width": PHONE, "height": 740})
    for number, address in enumerate(addresses, start=1):
        craftsman.go(address)
        picture(page, f"dume-phone-{number}")
    assert eyes.remarks == []


def test_without_scripts_nothing_is_lost(draft, new_page) -> None:
    person = Person(new_page(scripts=False))
    person.come_back(EMAIL)
    person.go(reverse("bids:dume", args=[draft.pk]))
    person.submit("Remplir le DUME en ligne")
    row = DumeResponse.objects.get(company=draft.company)
    person.go(reverse("dume:step", args=[row.pk, "capacites"]))
    person.page.get_by_label("Montant").first.fill("environ 80 000")
    person.submit("Enregistrer et continuer")
    person.sees("Écrivez un montant en euros")
    person.go(reverse("dume:tasks", args=[row.pk]))
    person.follow("Vos moyens")
    expect(person.page.get_by_label("Montant").first).to_have_value("environ 80 000")
