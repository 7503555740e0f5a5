"""What goes wrong while files are sent, and what the person reads then: said in French, nothing lost."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, expect

from bids.models import Deposit
from signing.models import Evidence
from tests.browser.bad_line import bad_line
from tests.browser.people import Person
from tests.factories import bids, organisations, tenders

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

#: What the consultation of these tests allows for one file, in bytes.
LIMIT = 3_000_000
PROGRAM = b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + b"\x00" * 200


@pytest.fixture
def draft(clock, installation) -> Deposit:
    """A draft of the only lot with one file in it."""
    consultation = tenders.published(max_file_bytes=LIMIT)
    company = organisations.company()
    organisations.member(company, email="artisan@entreprise.example")
    deposit = bids.draft(consultation, company)
    bids.piece(deposit, "déjà là.pdf")
    return deposit


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def artisan(request, new_page, draft) -> Person:
    """Signed in, with JavaScript and without."""
    return artisan_at(new_page(scripts=request.param))


@pytest.fixture
def modern(new_page, draft) -> Person:
    return artisan_at(new_page())


def artisan_at(page: Page) -> Person:
    person = Person(page)
    person.come_back("artisan@entreprise.example")
    return person


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def broken_zip() -> bytes:
    """An archive whose last quarter is missing."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(20):
            archive.writestr(f"plan-{number}.txt", f"plan {number}\n" * 200)
    whole = target.getvalue()
    return whole[: len(whole) * 3 // 4]


def open_candidature(person: Person, deposit: Deposit) -> Page:
    person.go(f"/entreprise/plis/{deposit.pk}/candidature/")
    return person.page


def names(deposit: Deposit) -> list[str]:
    return sorted(deposit.pieces.values_list("name", flat=True))


def test_a_connection_lost_half_way_is_tried_again(modern, draft, tmp_path, live_server, faults) -> None:
    page = modern.page
    with bad_line(live_server.url, breaks_after=700_000) as line:
        modern.go(f"{line.url}/entreprise/plis/{draft.pk}/candidature/")
        modern.give(write(tmp_path, "plans.pdf", bids.PDF + bytes(2_000_000)))
        modern.press("Envoyer")
        modern.sees("Connexion perdue, nouvel essai dans")
        line.is_bad = False
        page.evaluate("dispatchEvent(new Event('online'))")
        modern.sees("1 fichier sur 1 est arrivé")
        expect(page.locator("#pieces")).to_contain_text("plans.pdf")
    faults[:] = [fault for fault in faults if line.url not in fault]
    assert names(draft) == ["déjà là.pdf", "plans.pdf"]


def test_an_interrupted_sending_is_resumed_where_it_was(modern, draft, tmp_path) -> None:
    page = open_candidature(modern, draft)
    modern.give(*(write(tmp_path, f"annexe {number}.pdf", bids.PDF + bytes(900_000)) for number in (1, 2)))
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": 10**7, "uploadThroughput": 200_000}
    network.send("Network.emulateNetworkConditions", slow)
    modern.press("Envoyer")
    page.get_by_text("arrivé", exact=False).first.wait_for()
    modern.press("Interrompre")
    page.get_by_text("Rien n'a été perdu").first.wait_for()
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    modern.press("Reprendre")
    page.get_by_text("2 fichiers sur 2 sont arrivés").first.wait_for()
    assert names(draft) == ["annexe 1.pdf", "annexe 2.pdf", "déjà là.pdf"]


def test_each_refusal_says_what_happened_and_what_was_kept(artisan, draft, tmp_path) -> None:
    page = open_candidature(artisan, draft)
    artisan.give(
        write(tmp_path, "vide.pdf", b""),
        write(tmp_path, "offre.pdf", PROGRAM),
        write(tmp_path, "plans.zip", broken_zip()),
        write(tmp_path, "trop.pdf", bids.PDF + bytes(LIMIT)),
        write(tmp_path, "bon.pdf", bids.PDF),
    )
    artisan.press("Envoyer")
    page.get_by_text("Il y a un problème").or_(page.get_by_text("Envoi terminé")).first.wait_for()
    artisan.sees("fichier est vide", "est un programme", "archive", "dépasse la taille")
    assert names(draft) == ["bon.pdf", "déjà là.pdf"]
    page.locator("#pieces").get_by_text("bon.pdf").first.wait_for()


def test_a_session_that_expired_is_said(modern, draft, tmp_path) -> None:
    open_candidature(modern, draft)
    Session.objects.all().delete()
    modern.give(write(tmp_path, "plans.pdf", bids.PDF))
    modern.press("Envoyer")
    modern.sees("Votre session a expiré", "fichiers déjà arrivés sont conservés")
    assert names(draft) == ["déjà là.pdf"]
    modern.come_back("artisan@entreprise.example")
    open_candidature(modern, draft)
    modern.sees("déjà là.pdf")


def test_a_form_sent_after_the_session_leads_to_sign_in(new_page, draft, tmp_path) -> None:
    person = artisan_at(new_page(scripts=False))
    open_candidature(person, draft)
    Session.objects.all().delete()
    person.give(write(tmp_path, "plans.pdf", bids.PDF))
    person.press("Envoyer")
    person.page.get_by_role("heading", name="Se connecter", exact=True).wait_for()
    assert names(draft) == ["déjà là.pdf"]


def test_a_double_click_on_the_seal_gives_one_receipt(artisan, draft) -> None:
    artisan.go(f"/entreprise/plis/{draft.pk}/verifier/")
    accept = artisan.page.get_by_label("Je dépose ce pli sans ces pièces")
    accept.check()
    artisan.page.get_by_role("button", name="Sceller et déposer").dblclick(no_wait_after=True)
    artisan.page.get_by_role("heading", name="Votre pli est reçu").wait_for()
    draft.refresh_from_db()
    assert draft.number == 1
    assert Evidence.objects.count() == 1


def test_a_deadline_that_passes_before_the_seal_is_told(modern, draft, clock) -> None:
    """P7-B5: late, hence kept and flagged; the page had been opened in time."""
    clock.move_to(tenders.DEADLINE - timedelta(minutes=2))
    modern.come_back("artisan@entreprise.example")
    modern.go(f"/entreprise/plis/{draft.pk}/verifier/")
    modern.page.get_by_label("Je dépose ce pli sans ces pièces").check()
    clock.move_to(tenders.DEADLINE + timedelta(seconds=1))
    modern.submit("Sceller et déposer")
    modern.sees("Votre pli est reçu hors délai", "Hors délai : conservé, non ouvert")
    draft.refresh_from_db()
    assert draft.is_late


def test_the_seal_is_reached_with_the_keyboard_alone(modern, draft) -> None:
    """WCAG 2.1.1 and 2.4.7: Tab, Space and Enter, and one sees where one is."""
    page = modern.page
    modern.go(f"/entreprise/plis/{draft.pk}/")
    tab_to(page, page.get_by_role("link", name="Vérifier avant de sceller"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/verifier/")
    tab_to(page, page.get_by_label("Je dépose ce pli sans ces pièces"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Sceller et déposer"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Votre pli est reçu").wait_for()


def tab_to(page: Page, goal: Locator) -> None:
    """Press Tab until the goal has the focus, visibly."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if goal.evaluate("element => element === document.activeElement"):
            outline = goal.evaluate("element => parseFloat(getComputedStyle(element).outlineWidth)")
            assert outline >= 2
            return
    pytest.fail(f"Tab does not lead to {goal}")


def test_menus_and_theme_need_no_script(artisan, draft) -> None:
    page = artisan.page
    artisan.go("/tableau-de-bord/")
    page.locator("summary").filter(has_text="Entreprise Imaginaire").click()
    page.get_by_role("link", name="Sécurité du compte").wait_for()
    toggle = page.get_by_role("button", name="Passer au thème sombre")
    if toggle.is_visible():
        toggle.click()
        page.reload()
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark or page.locator("html").get_attribute("data-bs-theme") == "dark"
