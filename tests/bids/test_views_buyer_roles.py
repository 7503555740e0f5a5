"""Who may see and do what on the buyer's pages of bids; a refusal changes nothing."""

import pytest
from django.urls import reverse

from bids.models import Award, Opening, Piece, UnsuccessfulLot
from procurement.accounts.roles import Role
from procurement.audit.models import Entry
from tenders.models import Contract, Letter
from tests.factories import openings, organisations, tenders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_opening")]

BUYER_ROLES = (Role.BUYER_ADMIN, Role.EDITOR, Role.PUBLISHER, Role.OPENER, Role.READER)
READ, AWARD, OPEN = set(BUYER_ROLES), {Role.PUBLISHER}, {Role.OPENER}
#: name of the URL -> what it is about, who may GET it, who may POST it (None: no POST).
PAGES = {
    "register": ("consultation", READ, None),
    "opening": ("consultation", READ, OPEN),
    "opening_progress": ("consultation", READ, None),
    "minutes": ("consultation", READ, None),
    "minutes_zip": ("consultation", READ, None),
    "analysis": ("consultation", READ, None),
    "analysis_csv": ("consultation", READ, None),
    "analysis_ods": ("consultation", READ, None),
    "open_piece": ("piece", READ, None),
    "espd": ("espd", READ, None),
    "signatures": ("piece", READ, None),
    "signatures_report": ("piece", READ, None),
    "award": ("consultation", READ, None),
    "send_results": ("consultation", AWARD, AWARD),
    "award_lot": ("lot", AWARD, AWARD),
    "declare_unsuccessful": ("lot", AWARD, AWARD),
    "notify": ("lot", AWARD, AWARD),
    "record_receipt": ("lot", AWARD, AWARD),
}
READINGS = ("bids.piece.read", "bids.candidatures.read")
STRANGERS = ("another buyer", "company", "operator")


class Case:
    """An opened bid with a file and a DUME, nothing decided yet."""

    def __init__(self):
        consultation = tenders.published()
        self.company = organisations.company()
        self.deposit = openings.deposit(consultation, self.company, espd=b"<autre/>")
        self.consultation = openings.opened(consultation)
        self.buyer = consultation.buyer
        self.pieces = {piece.name: piece for piece in Piece.objects.all()}

    def url(self, name):
        about = PAGES[name][0]
        more = {
            "consultation": [],
            "lot": [self.consultation.lots.get().pk],
            "piece": [self.pieces["offre.txt"].pk],
            "espd": [self.pieces["dume.xml"].pk],
        }[about]
        return reverse(f"bids:{name}", args=[self.consultation.pk, *more])

    def stranger(self, kind):
        return organisations.member(
            {
                "another buyer": lambda: organisations.buyer("Communauté d'Ailleurs"),
                "company": lambda: self.company,
                "operator": organisations.operator,
            }[kind]()
        )


@pytest.fixture
def case():
    return Case()


def state():
    """All that a page could have changed."""
    counted = (Award, Letter, Contract, UnsuccessfulLot, Opening)
    return [model.objects.count() for model in counted], Entry.objects.exclude(action__in=READINGS).count()


def test_each_buyer_page_is_in_the_table():
    from bids.buyer_urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == set(PAGES)


@pytest.mark.parametrize("role", BUYER_ROLES)
def test_members_see_what_their_role_allows(client, case, role):
    client.force_login(organisations.member(case.buyer, role))
    before = state()
    found = {name: client.get(case.url(name)).status_code for name in PAGES}
    assert found == {name: 200 if role in readers else 403 for name, (_, readers, _) in PAGES.items()}
    assert state() == before


@pytest.mark.parametrize("role", BUYER_ROLES)
def test_a_role_that_may_not_act_changes_nothing(client, case, role):
    client.force_login(organisations.member(case.buyer, role))
    before = state()
    for name, (_, _, actors) in PAGES.items():
        if actors is not None and role not in actors:
            assert client.post(case.url(name), {"confirm": "1"}).status_code == 403, name
        if actors is None:
            assert client.post(case.url(name)).status_code == 405, name
    assert state() == before


@pytest.mark.parametrize("kind", STRANGERS)
def test_to_everybody_else_these_pages_do_not_exist(client, case, kind):
    """Another buyer with every role, the depositor itself, the operator: the same 404."""
    client.force_login(case.stranger(kind))
    before = state()
    for name in PAGES:
        assert client.get(case.url(name)).status_code == 404, name
        if PAGES[name][2] is not None:
            assert client.post(case.url(name), {"confirm": "1"}).status_code == 404, name
    assert state() == before
    assert not Entry.objects.filter(action__in=READINGS).exists()


def test_a_visitor_is_asked_to_sign_in(client, case):
    for name in PAGES:
        response = client.get(case.url(name))
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("account_login")), name
