ACTIONS = {
    "dume.document.record": "DUME lu après ouverture du pli",
    "dume.response.start": "DUME de l'entreprise commencé",
    "dume.response.import": "Réponses d'un autre DUME reprises",
    "dume.response.finish": "DUME de l'entreprise terminé",
    "dume.response.copy": "DUME de l'entreprise copié",
    "dume.response.delete": "DUME de l'entreprise supprimé",
    "dume.request.create": "Demande de DUME créée",
    "dume.request.change": "Demande de DUME modifiée",
    "dume.request.publish": "Demande de DUME publiée",
    "dume.request.discard": "Demande de DUME retirée",
}
