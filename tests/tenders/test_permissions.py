import pytest

from procurement.accounts.access import ANONYMOUS, Access
from procurement.accounts.roles import Role
from tenders.permissions import abilities
from tests.factories import tenders

pytestmark = pytest.mark.django_db

#: role -> what it may do with a draft, and with a published consultation of its own
EXPECTED = {
    Role.BUYER_ADMIN: ({"read"}, {"read"}),
    Role.EDITOR: ({"read", "edit"}, {"read"}),
    Role.PUBLISHER: ({"read", "edit", "publish"}, {"read", "cancel"}),
    Role.OPENER: ({"read"}, {"read"}),
    Role.READER: ({"read"}, {"read"}),
    Role.OPERATOR_ADMIN: (set(), set()),
    Role.COMPANY_ADMIN: (set(), set()),
    Role.COMPANY_MEMBER: (set(), set()),
}


def offered(access: Access, consultation) -> set[str]:
    return {act for act, is_offered in abilities(access, consultation).items() if is_offered}


@pytest.mark.parametrize("role", Role)
def test_each_role_is_offered_its_acts(buyer, role):
    access = Access(organisation=buyer, roles=frozenset({role}))
    draft, published = EXPECTED[role]
    assert offered(access, tenders.draft(buyer)) == draft
    assert offered(access, tenders.published(buyer)) == published
    assert offered(access, tenders.cancelled(buyer)) == published - {"cancel"}


def test_nothing_is_offered_to_another_buyer_or_to_a_visitor(buyer, other_buyer):
    draft = tenders.draft(buyer)
    stranger = Access(organisation=other_buyer, roles=frozenset({Role.PUBLISHER, Role.EDITOR}))
    assert offered(stranger, draft) == offered(ANONYMOUS, draft) == set()
