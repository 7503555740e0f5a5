"""The official business rules of ESPD-EDM 4.1.0, and of 3.3.0 through `ruleset.judge_by`.

Each module says which official Schematron it follows; ids and flags are the official ones.
"""

from dume.rules.v4.ruleset import judge

__all__ = ["judge"]
