"""The official business rules of ESPD documents, as Python over the parsed XML. Pure: no database, no network.

One package for each family of versions. What a rule finds never refuses a document: a buyer may not refuse a DUME.
"""
