ACTIONS = {
    "signing.key.rotate": "Clés de la plateforme renouvelées",
    "signing.evidence.seal": "Document de preuve scellé",
    "signing.timestamp.issue": "Jeton d'horodatage émis",
    "signing.timestamp.receive": "Jeton d'horodatage reçu d'une autorité externe",
    "signing.clock.change": "État de l'horloge modifié",
    "signing.signature.verify": "Signatures vérifiées",
}
