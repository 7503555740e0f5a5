ACTIONS = {"organisations.organisation.register": "Organisation inscrite"}
