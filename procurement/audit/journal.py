ACTIONS = {
    "audit.actor.forget": "Identité d'une personne effacée du journal",
}
