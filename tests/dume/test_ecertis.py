"""Links to e-Certis, by the UUID that the Commission gave to each criterion."""

import pytest

from dume.ecertis import criterion_url

CONVICTIONS = "005eb9ed-1347-4ca3-bb29-9bc0db64e1ab"


def test_a_criterion_is_linked_for_a_country():
    base = "https://ec.europa.eu/growth/tools-databases/ecertisrest/criteria/espd/"
    assert criterion_url(CONVICTIONS) == f"{base}{CONVICTIONS}/?countryFilter=fr&lang=fr"
    assert criterion_url(CONVICTIONS.upper(), "BE") == f"{base}{CONVICTIONS}/?countryFilter=be&lang=fr"


@pytest.mark.parametrize("uuid", ["", "C57_OT_shelt-worksh", CONVICTIONS + "/../x", "{" + CONVICTIONS + "}"])
def test_what_is_no_uuid_makes_no_link(uuid):
    with pytest.raises(ValueError):  # noqa: PT011
        criterion_url(uuid)


def test_a_country_cannot_change_the_address():
    assert criterion_url(CONVICTIONS, "F&x=/").endswith("/?countryFilter=f%26x%3D%2F&lang=fr")
