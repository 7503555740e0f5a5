ACTIONS = {
    "dume.document.record": "DUME lu après ouverture du pli",
    "dume.request.create": "Demande de DUME créée",
    "dume.request.change": "Demande de DUME modifiée",
    "dume.request.publish": "Demande de DUME publiée",
    "dume.request.discard": "Demande de DUME retirée",
}
