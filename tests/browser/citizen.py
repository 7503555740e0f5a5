"""Somebody without an account, who reads, downloads and wants to be told."""

from tests.browser.buyer import REFERENCE, TITLE
from tests.browser.people import Person


class Citizen(Person):
    def leaves_no_trace(self) -> bool:
        return self.page.context.cookies() == []

    def find(self, words: str) -> None:
        self.go("/")
        self.look("citizen-01-home")
        self.page.get_by_role("searchbox").first.fill(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look("citizen-02-list")
        self.follow(TITLE)
        self.look("citizen-03-consultation")
        self.sees(REFERENCE)

    def read_countdown(self) -> str:
        return self.page.locator("[data-countdown]").first.inner_text()

    def read_dume(self) -> None:
        """What the buyer asks candidates to declare, and back."""
        address = self.page.url
        self.follow("ce qu'il demande")
        self.sees("DUME demandé aux candidats", "Chiffre d'affaires annuel")
        self.look("citizen-03-dume")
        self.go(address)

    def ask_to_be_told(self, email: str) -> None:
        self.follow("Être informé des changements")
        self.look("citizen-04-follow")
        self.fill("Adresse électronique", email)
        self.submit("M'informer")
        self.sees("C'est noté")
        self.look("citizen-05-followed")

    def find_contract(self, words: str) -> None:
        self.go("/donnees-essentielles/")
        self.page.get_by_label("Mots, entreprise, numéro").fill(words)
        self.submit("Chercher")
        self.look("citizen-06-contracts")
        self.page.get_by_role("article").get_by_role("link").first.click()
        self.look("citizen-07-contract")
