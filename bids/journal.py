#: What happens to a draft and its files is about the deposit, which the buyer cannot name; acts that count for the
#: procedure are about the consultation, under the deposit's number.
ACTIONS = {
    "bids.key.create": "Clé de chiffrement des plis créée",
    "bids.key.unwrap": "Clé de déchiffrement des plis utilisée",
    "bids.deposit.start": "Dépôt commencé",
    "bids.deposit.choose_lots": "Lots du dépôt choisis",
    "bids.piece.add": "Fichier chiffré reçu",
    "bids.piece.assign": "Fichier rattaché à une pièce demandée",
    "bids.piece.remove": "Fichier retiré du brouillon",
    "bids.dume.attach": "DUME rempli sur la plateforme joint au pli",
    "bids.piece.refuse": "Fichier refusé ou interrompu",
    "bids.deposit.seal": "Pli scellé et déposé",
    "bids.deposit.refuse": "Scellement refusé par la plateforme",
    "bids.deposit.supersede": "Pli remplacé par un dépôt plus récent",
    "bids.deposit.withdraw": "Pli retiré par l'entreprise",
    # On the buyer's side: the consultation is the subject.
    "bids.opening.request": "Ouverture des plis demandée",
    "bids.piece.open": "Pièce déchiffrée et contrôlée",
    "bids.deposit.open": "Pli ouvert",
    "bids.opening.complete": "Ouverture des plis terminée",
    "bids.minutes.seal": "Procès-verbal d'ouverture scellé",
    "bids.piece.read": "Pièce d'un pli ouvert consultée",
    "bids.candidatures.read": "Analyse des candidatures (DUME) consultée",
    "bids.lot.award": "Attributaire choisi",
    "bids.lot.declare_unsuccessful": "Lot déclaré infructueux",
    "bids.lot.send_results": "Résultats envoyés aux entreprises",
    "bids.lot.notify": "Notification du marché envoyée",
}
