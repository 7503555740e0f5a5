ACTIONS = {
    "accounts.membership.add": "Membre ajouté",
    "accounts.membership.remove": "Membre retiré",
    "accounts.token.issue": "Clé d'API créée",
    "accounts.token.revoke": "Clé d'API révoquée",
}
