"""Is an ESPD document built as the schema of its version says? Pure: a root element in, findings out.

One module for each family of versions, each with `check(root) -> list[StructureFinding]`. What it finds never
refuses a document: a buyer may not refuse a DUME.
"""
