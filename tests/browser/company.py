"""A company: its account, its deposit piece by piece, its letters."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.core import mail
from playwright.sync_api import expect

from tests.browser.people import PASSWORD, Eyes, Person


@dataclass(frozen=True)
class Bid:
    """What a company hands in: files by the piece that asks for them, as the page names it."""

    candidature: list[tuple[str, Path]]
    espd: Path
    espd_answers: str
    #: To the first lot.
    offer: list[tuple[str, Path]]

    @property
    def size(self) -> int:
        return len(self.candidature) + 1 + len(self.offer)


class Company(Person):
    """`scripts` is whether its browser runs JavaScript."""

    def __init__(self, page, eyes: Eyes, *, name: str, siret: str, email: str, scripts: bool = True) -> None:
        super().__init__(page, eyes)
        self.name, self.siret, self.email, self.scripts = name, siret, email, scripts
        self.deposit = ""

    def look(self, name: str) -> None:
        super().look(f"{'company' if self.scripts else 'plain'}-{name}")

    # --- Account ----------------------------------------------------------------------------------------------
    def sign_up(self) -> None:
        self.go("/compte/login/")
        self.look("01-login")
        self.follow("Créer le compte de mon entreprise")
        self.look("02-signup")
        self.fill("E-mail", self.email)
        for box in self.page.locator("input[type=password]").all():
            box.fill(PASSWORD)
        self.fill("Vos nom et prénom", "Une personne fictive")
        self.fill("Dénomination de l'entreprise", self.name)
        self.fill("SIRET de l'établissement", self.siret)
        self.submit("Créer le compte")
        self.sees("Vérifiez votre adresse")
        self.look("03-verify")
        self.confirm_address()
        self.sign_in(self.email)
        self.look("05-dashboard")

    def confirm_address(self) -> None:
        message = next(one for one in reversed(mail.outbox) if self.email in one.to)
        address = re.search(r"https?://[^/\s]+(/compte/confirm-email/\S+)", message.body)
        assert address, message.body
        self.go(address[1])
        self.look("04-confirm")
        self.submit("Oui, confirmer")

    # --- Deposit ----------------------------------------------------------------------------------------------
    def start(self, consultation: str, lots: list[str]) -> None:
        self.go(consultation)
        self.follow("Déposer un pli")
        self.look("06-start")
        for lot in lots:
            self.page.get_by_label(lot).check()
        self.submit("Préparer mon pli")
        self.page.wait_for_url("**/entreprise/plis/*/")
        self.deposit = self.page.url
        self.look("07-steps")

    def step(self, name: str) -> None:
        self.go(self.deposit)
        self.follow(name)

    def send(self, piece: str, file: Path) -> None:
        """One file for one piece that is asked, on the page of its envelope."""
        self.page.get_by_label("Ces fichiers répondent à").select_option(piece)
        self.give(file)
        if self.scripts:
            self.press("Envoyer")
            self.sees("Envoi terminé")
        else:
            self.submit("Envoyer")
        row = self.page.locator("#pieces").get_by_role("row").filter(has_text=file.name)
        row.wait_for()

    def hand_in(self, bid: Bid) -> None:
        self.step("2. Candidature")
        self.look("08-candidature")
        for piece, file in bid.candidature:
            self.send(piece, file)
        self.look("09-candidature-sent")
        self.attach_espd(bid)
        self.step("4. Offre, lot 1")
        for piece, file in bid.offer:
            self.send(piece, file)
        self.look("11-offer")

    def attach_espd(self, bid: Bid) -> None:
        """The piece that is still missing is the one proposed."""
        self.step("3. DUME électronique")
        answers = self.page.get_by_label("Ces fichiers répondent à").locator("option:checked")
        expect(answers).to_have_text(bid.espd_answers)
        self.give(bid.espd)
        self.submit("Envoyer")
        self.sees(f"Contrôle de {bid.espd.name}")
        self.look("10-espd")

    def check(self) -> None:
        self.go(self.deposit)
        self.look("12-steps-done")
        self.follow("Vérifier avant de sceller")
        self.look("13-check")

    def seal(self) -> None:
        self.submit("Sceller et déposer")
        self.page.get_by_role("heading", name="Votre pli est reçu").wait_for()
        self.look("14-receipt")

    def verify_in_the_page(self, receipt: bytes) -> None:
        """As the platform serves it, under its content security policy (P7-T7, P8-6)."""
        self.go("/registre/")
        self.look("14-register")
        self.go("/registre/verifier.html")
        self.page.set_input_files(
            "#files", {"name": "accuse.zip", "mimeType": "application/zip", "buffer": receipt}
        )
        self.page.get_by_text("Ces preuves sont valides").first.wait_for()

    # --- Letters ----------------------------------------------------------------------------------------------
    def read_letter(self, subject: str) -> None:
        self.go("/entreprise/courriers/")
        self.look("15-inbox")
        self.follow(subject)
        self.look("16-letter")
