"""A folder of evidence read and checked by anybody, without the platform that made it.

Pure: no database, no clock, no setting, no network. The same checks, with the same codes and the same words
(`messages.json`), are made in the browser by `procurement/portal/assets/js/verifier`.
"""
