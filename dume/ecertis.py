"""Addresses of e-Certis, where each State says which documents prove a criterion. Links only: nothing is read there."""

from urllib.parse import urlencode
from uuid import UUID

BASE = "https://ec.europa.eu/growth/tools-databases/ecertisrest/criteria/espd"


def criterion_url(uuid: str, country: str = "FR") -> str:
    """The criterion with what proves it in one country, in French. Raises ValueError when `uuid` is none.

    Sure: the base address, in the « ECERTIS Multi-Domain Web Services REST API » of the Commission (v0.6, July 2023),
    and its service of criteria for the ESPD by UUID with `countryFilter` and `lang`, which the Commission's own ESPD
    form calls. It answers data (XML or JSON), not a page to read. Not sure: whether 4.x's criteria that have an
    identifier of their own instead of a UUID are known there (they are refused here), and the address of a criterion
    in the site for people, https://ec.europa.eu/tools/ecertis, which no public text was found to give.
    """
    if len(uuid) != len(str(UUID(uuid))):
        raise ValueError(uuid)
    return f"{BASE}/{UUID(uuid)}/?{urlencode({'countryFilter': country.lower(), 'lang': 'fr'})}"
