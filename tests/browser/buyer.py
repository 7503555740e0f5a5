"""The town's clerk and the colleague who opens the bids."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from procurement.calendars import PARIS
from tests.browser.people import Person

TITLE = "Entretien des espaces verts de l'école imaginaire"
REFERENCE = "VF-2026-31"
LOTS = ("Tonte et taille", "Plantations")


class Buyer(Person):
    consultation: str = ""

    def tab(self, name: str) -> None:
        self.go(self.consultation)
        self.follow(name, self.page.get_by_role("navigation", name="Rubriques de la consultation"))

    # --- Prepare and publish ----------------------------------------------------------------------------------
    def prepare(self, deadline: datetime) -> None:
        self.follow("Préparer une consultation")
        self.look("buyer-01-new")
        self.submit("Enregistrer le brouillon")
        self.sees("Il y a un problème")
        self.look("buyer-02-errors")
        self.state_identity()
        self.state_dates(deadline.astimezone(PARIS))
        self.fill("Service ou personne à contacter", "Secrétariat de mairie")
        self.state_lots()
        self.look("buyer-03-filled")
        self.submit("Enregistrer le brouillon")
        self.sees("Le brouillon est enregistré")

    def state_identity(self) -> None:
        self.fill("Référence", REFERENCE)
        self.fill("Intitulé", TITLE)
        self.fill("Objet", "Tonte, taille des haies et plantations autour de l'école, sur vingt-quatre mois.")
        self.choose("Nature", "Services")
        self.choose("Procédure", "Procédure adaptée (MAPA)")
        self.fill("Code CPV principal", "77310000-6")
        self.page.get_by_label("Lieu d'exécution").select_option("40 Landes")
        self.fill("Code INSEE de la commune", "40192")
        self.fill("Valeur estimée HT", "90 000")

    def state_dates(self, deadline: datetime) -> None:
        self.fill_moment("Date limite de remise des plis", deadline)
        self.page.get_by_label("Taille permise pour un fichier, en Mo").fill("20")

    def state_lots(self) -> None:
        for number, title in enumerate(LOTS, start=1):
            self.submit("Ajouter un lot")
            self.group(f"Lot {number}").get_by_label("Intitulé du lot").fill(title)

    def add_documents(self, files: dict[str, list[Path]]) -> None:
        """`files`: the kind as it is shown -> files sent with the progress bar."""
        self.look("buyer-04-documents")
        for kind, paths in files.items():
            self.page.get_by_label("Nature de ces documents").select_option(kind)
            self.give(*paths)
            self.press("Ajouter")
            self.page.get_by_text("Envoi terminé").first.wait_for()
        self.look("buyer-05-documents-sent")

    def ask_for_dume(self) -> None:
        """The use that is proposed for a MAPA: turnover and staff only."""
        self.follow("DUME", self.page.get_by_role("navigation", name="Rubriques de la consultation"))
        self.look("buyer-05-dume-choice")
        self.submit("Écrire la demande")
        self.sees("DUME simplifié", "Chiffre d'affaires annuel", "Effectif moyen annuel")
        self.look("buyer-05-dume-request")
        self.follow("Dossier", self.page.get_by_role("navigation", name="Rubriques de la consultation"))

    def publish(self) -> str:
        """The address of the public page."""
        self.follow("Vérifier avant de publier")
        self.look("buyer-06-check")
        self.submit("Publier la consultation")
        self.sees("La consultation est en ligne")
        self.consultation = self.page.url
        self.look("buyer-07-published")
        self.follow("Page publique")
        return self.page.url

    # --- Open -------------------------------------------------------------------------------------------------
    def read_register(self) -> str:
        self.tab("Dépôts")
        self.look("buyer-08-register")
        return self.main().inner_text()

    def meet_closed_bids(self) -> None:
        self.tab("Ouverture")
        self.look("buyer-09-closed")
        self.sees("personne ne peut les lire")
        assert self.page.get_by_role("button", name="Ouvrir les plis").count() == 0

    def ask_to_open(self) -> None:
        self.tab("Ouverture")
        self.look("opener-01-before")
        self.submit("Ouvrir les plis")
        self.page.get_by_text("L'ouverture va commencer").wait_for()
        self.look("opener-02-running")

    def wait_for_the_end(self) -> None:
        self.page.get_by_text("Les plis sont ouverts").wait_for()
        self.look("opener-03-done")
        self.follow("Voir les plis ouverts")
        self.look("opener-04-opened")

    def read_espds(self) -> list[str]:
        """The text of each DUME, read as a page."""
        links = self.page.get_by_role("link", name="Lire le DUME")
        addresses = [link.get_attribute("href") for link in links.all()]
        texts = []
        for number, address in enumerate(addresses, start=1):
            self.go(address)
            self.look(f"opener-05-espd-{number}")
            texts.append(self.main().inner_text())
        return texts

    def read_analysis(self) -> str:
        """The DUME of all candidates side by side."""
        self.tab("Ouverture")
        self.follow("Analyse des candidatures (DUME)")
        self.look("opener-06-analysis")
        return self.main().inner_text()

    # --- Award and contract -----------------------------------------------------------------------------------
    def award(self, lot: int, company: str, amount: str) -> None:
        self.tab("Attribution")
        if lot == 1:
            self.look("buyer-10-award")
        self.page.get_by_role("link", name=f"Choisir l'attributaire du lot {lot}").click()
        self.look(f"buyer-11-award-lot-{lot}")
        self.group("Attributaire").get_by_label(company).check()
        self.page.get_by_label("Montant du marché").fill(amount)
        self.page.get_by_label("Motifs du choix").fill(
            "Offre la mieux notée sur le prix et la valeur technique."
        )
        self.submit("Continuer")
        self.look(f"buyer-12-award-check-{lot}")
        self.submit(f"Attribuer le lot {lot}")
        self.sees(f"Le lot {lot} est attribué")

    def declare_unsuccessful(self, lot: int) -> None:
        self.tab("Attribution")
        self.follow(f"Déclarer le lot {lot} infructueux")
        self.look("buyer-13-unsuccessful")
        self.submit(f"Déclarer le lot {lot} infructueux")
        self.sees(f"Le lot {lot} est déclaré infructueux")

    def send_letters(self) -> None:
        self.tab("Attribution")
        self.follow("Vérifier et envoyer les courriers")
        self.look("buyer-14-letters-check")
        self.submit("Envoyer les courriers")
        self.look("buyer-15-letters-sent")

    def notify(self, lot: int) -> None:
        self.tab("Attribution")
        self.follow(f"Notifier le marché du lot {lot}")
        self.look("buyer-16-notify")
        self.submit("Notifier le marché")
        self.look("buyer-17-notified")

    def look_back(self) -> None:
        """The pages where one follows what happened."""
        for name, tab in (("letters", "Courriers"), ("withdrawals", "Retraits"), ("history", "Historique")):
            self.tab(tab)
            self.look(f"buyer-18-{name}")
        self.go("/tableau-de-bord/")
        self.look("buyer-19-dashboard")

    # --- Essential data ---------------------------------------------------------------------------------------
    def complete_contract(self) -> None:
        self.go("/acheteur/donnees-essentielles/")
        self.look("buyer-20-contracts")
        self.page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
        self.look("buyer-21-contract")
        self.state_contract()
        self.submit("Enregistrer les données")
        self.look("buyer-22-contract-complete")
        self.sees("Tout est prêt")

    def state_contract(self) -> None:
        for label, option in CONTRACT_CHOICES.items():
            self.page.get_by_label(label, exact=True).select_option(option)
        for group, option in CONTRACT_BOXES.items():
            self.choose(group, option)
        self.page.get_by_label("Durée en mois").fill("24")

    def publish_data(self) -> None:
        self.submit("Publier maintenant")
        self.look("buyer-23-data-published")
        self.sees("Les données sont publiées")


#: What the form cannot know from the consultation: label -> the option as it is shown.
CONTRACT_CHOICES = {
    "CCAG de référence": "Fournitures courantes et services",
    "Groupement": "Pas de groupement",
    "Forme du prix": "Mixte",
}
CONTRACT_BOXES = {
    "Considérations sociales": "Clause sociale",
    "Considérations environnementales": "Critère environnemental",
    "Types de prix": "Définitif révisable",
    "Techniques d'achat": "Sans objet",
    "Modalités d'exécution": "Sans objet",
    "Une avance est-elle accordée ?": "Non",
    "Des sous-traitants étaient-ils déclarés à la notification ?": "Non",
    "Le marché porte-t-il sur une innovation ?": "Non",
}
AMOUNT = Decimal("85000.50")
