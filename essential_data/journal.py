ACTIONS = {
    "essential_data.publication.schedule": "Publication des données essentielles prévue",
    "essential_data.publication.check": "Données essentielles vérifiées à l'échéance : à compléter",
    "essential_data.publication.publish": "Données essentielles publiées",
}
