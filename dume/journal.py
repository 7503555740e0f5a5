ACTIONS = {"dume.document.record": "DUME lu après ouverture du pli"}
