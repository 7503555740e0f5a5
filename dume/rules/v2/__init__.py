"""The official business rules of ESPD 2.1.1 (BASIC and EXTENDED) and 2.0.2, which differ in little.

Each rule fires where the official Schematron fires it; docs/dume-rules.md lists the few differences.
"""

from dume.rules.v2.ruleset import judge

__all__ = ["judge"]
