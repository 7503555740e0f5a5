"""Check the signatures of what others send: any of PAdES, CAdES, XAdES, ASiC and RFC 3161. `checks` is the door.

Readers (one for each format) turn bytes into `facts`; `trust` judges certificates and times; `rules` concludes with
the words of EN 319 102-1. Readers never raise for what a file holds: what breaks one is a fact like another.
"""
