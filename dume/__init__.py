"""eDUME: read, check, show and write ESPD documents (regulation (EU) 2016/7; R2143-4 of the public order code).

A library with one table. It knows no consultation and no bid: callers give it bytes and what they expect.
"""
