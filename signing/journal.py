ACTIONS = {
    "signing.timestamp.issue": "Jeton d'horodatage émis",
    "signing.signature.verify": "Signatures vérifiées",
}
