"""How people and authorities are named in certificates."""

from __future__ import annotations

from asn1crypto import x509


def common_name(name: x509.Name) -> str:
    """The common name; without one, all of the name on a line."""
    common = name.native.get("common_name") or name.human_friendly
    return str(common[-1] if isinstance(common, list) else common)
