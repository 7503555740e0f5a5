"""Codes of one version in another: roles, procedures, countries, lots, and who has such codes. A code nobody knows
stays as written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from dume.countries import ALPHA_2, ALPHA_3
from dume.criteria import lookup
from dume.model import Address, Criterion, Lot, Party, Representative
from dume.trees import is_same

V2, V4 = "2.1.1", "4.1.0"
#: Code of 2.x (EORoleType) -> code since 3.0 (eo-role-type), the code to write in 2.1 last: "scle", alone or leading a
#: group, is of 2.0.
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "scle": "sole-tenderer",
        "sc": "sole-tenderer",
        "le": "group-lead",
        "gm": "group-mem",
        "oeron": "oeron",
        "oenron": "subcont",
    }
)
ROLES_BACK = MappingProxyType({new: old for old, new in ROLES.items()})
#: Code of 2.x -> code since 3.0 (procurement-procedure-type), the more usual code of 2.x first.
PROCEDURES: Mapping[str, str] = MappingProxyType(
    {
        "open": "open",
        "open_recur": "open",
        "restricted": "restricted",
        "restricted_accelerated": "restricted",
        "comp_negotiation": "neg-w-call",
        "negotiated": "neg-w-call",
        "negotiated_accelerated": "neg-w-call",
        "negotiated_wo_call": "neg-wo-call",
        "award_wo_pub": "neg-wo-call",
        "award_direct": "neg-wo-call",
        "comp_dialogue": "comp-dial",
        "innovation": "innovation",
        "other": "oth-mult",
    }
)
PROCEDURES_BACK = MappingProxyType({new: old.upper() for old, new in reversed(list(PROCEDURES.items()))})
#: Codes that both sides write alike: nothing is lost by them.
EXACT = frozenset(
    {"open", "restricted", "comp_negotiation", "negotiated_wo_call", "comp_dialogue", "innovation", "other"}
)
NUMBER = re.compile(r"\D*?0*(\d{1,4})$", re.ASCII)


def role(code: str, version: str) -> str:
    table = ROLES if version == V4 else ROLES_BACK
    return table.get(code.lower(), code)


def procedure(code: str, version: str) -> str:
    if version == V4:
        return PROCEDURES.get(code.lower(), code.lower() if code.lower() in PROCEDURES_BACK else code)
    return PROCEDURES_BACK.get(code.lower(), code)


def is_exact(code: str, version: str) -> bool:
    """Whether nothing is lost: an accelerated procedure is not told apart in 4.x."""
    lower = code.lower()
    if version == V4:
        return not code or lower in EXACT or lower in PROCEDURES_BACK
    return not code or lower in PROCEDURES_BACK or lower in PROCEDURES


def country(code: str, version: str) -> str:
    table = ALPHA_3 if version == V4 else ALPHA_2
    return table.get(code.upper(), code)


def address(one: Address, version: str) -> Address:
    return replace(one, country=country(one.country, version))


def party(one: Party, version: str) -> Party:
    return replace(one, address=address(one.address, version))


def representative(one: Representative, version: str) -> Representative:
    """1.0.2 has two places for what a representative may do, later versions one."""
    capacity = "\n".join(filter(None, (one.capacity, one.mandate)))
    return replace(one, capacity=capacity, mandate="", address=address(one.address, version))


def lot_ids(lots: Iterable[Lot], version: str) -> dict[str, str]:
    """Id as written -> id of this version; two lots never become one."""
    found: dict[str, str] = {}
    for lot in lots:
        if lot.id not in found:
            new = lot_id(lot, version)
            found[lot.id] = lot.id if new in found.values() else new
    return found


def lot_id(lot: Lot, version: str) -> str:
    if version == V2:
        return "0" if lot.is_whole_contract else lot.id
    match = NUMBER.match(lot.id)
    return f"LOT-{int(match[1]):04d}" if match else lot.id


def same_criterion(first: Criterion, second: Criterion) -> bool:
    """By UUID, else by what our table knows of their codes in any version."""
    if first.uuid.lower() == second.uuid.lower():
        return True
    one, other = (lookup(uuid=each.uuid, code=each.code) for each in (first, second))
    if one is None or other is None:
        return one is None and other is None and bool(first.code) and first.code == second.code
    return is_same(one, other) or is_same(other, one)
