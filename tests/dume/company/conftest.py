import re

import pytest
from django.urls import reverse

from dume.models import DumeResponse
from procurement.accounts.roles import Role
from tests.factories import organisations

EMAIL = "camille@menuiserie.example"


@pytest.fixture
def company(db):
    return organisations.company("Menuiserie Imaginaire")


@pytest.fixture
def person(client, company):
    """Signed in for the company."""
    user = organisations.member(company, Role.COMPANY_MEMBER, email=EMAIL, full_name="Camille Fictif")
    client.force_login(user)
    return client


@pytest.fixture
def begun(person, company) -> DumeResponse:
    person.post(reverse("dume:start"))
    return DumeResponse.objects.get(company=company)


def address(name, row, *rest):
    return reverse(f"dume:{name}", args=[row.pk, *rest])


def fields_of(response):
    """Names of the fields of a page -> what they show, as a browser would send them back."""
    html = response.content.decode()
    main = html[html.index("<main") :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", main):
        name, value, kind = attribute(tag, "name"), attribute(tag, "value"), attribute(tag, "type")
        if not name or (kind in {"radio", "checkbox"} and " checked" not in tag):
            continue
        found.setdefault(name, []).append(value or ("on" if kind == "checkbox" else ""))
    for name, body in re.findall(
        r"<textarea[^>]*name=\"([^\"]+)\"[^>]*>\n?(.*?)</textarea>", main, re.DOTALL
    ):
        found[name] = [body]
    for name, body in re.findall(r"<select[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</select>", main, re.DOTALL):
        chosen = re.search(r"<option value=\"([^\"]*)\"[^>]* selected", body)
        found[name] = [chosen[1] if chosen else ""]
    return found


def attribute(tag, name):
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""
