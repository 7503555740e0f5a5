"""A strict session: warnings are errors, networks are closed, queries without an order come in any order."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from signing.pki.authority import ensure_authority
from tests.emptying import empties_to_migrated_rows

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
#: A Monday in winter, 10:00 in Paris: far from midnight, month ends and changes of the hour.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)

# The same examples in every run, and no verdict on the speed of the machine: a run says something of the code alone.
# --hypothesis-profile=explore draws others.
UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("explore", **UNHURRIED)
hypothesis_settings.register_profile("steady", derandomize=True, **UNHURRIED)
hypothesis_settings.load_profile("steady")


@pytest.fixture
def now() -> datetime:
    """The one instant of a test; services and queries receive it, nothing below the interface reads a clock."""
    return NOW


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The reference files beside the checkout. Tests that use them carry the marker `corpus`."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the reference files (../shared/data) are not beside this checkout")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _corpus_is_marked(request: pytest.FixtureRequest) -> None:
    if "shared_data" in request.fixturenames and request.node.get_closest_marker("corpus") is None:
        pytest.fail("a test that reads shared_data carries @pytest.mark.corpus")


@pytest.fixture(scope="session", autouse=True)
def _old_authority() -> None:
    """The installation's authority is older than any moment of a test: tokens are never dated before it exists."""
    ensure_authority(Path(settings.DATA_DIR) / "keys", LONG_AGO)


@pytest.fixture(scope="session", autouse=True)
def _keep_migrated_rows() -> Iterator[None]:
    with empties_to_migrated_rows():
        yield


@pytest.fixture(scope="session", autouse=True)
def _keep_the_transaction_of_a_test() -> Iterator[None]:
    """A response closed by hand ends a "request": Django would drop the connection of the test that waits for it.

    The transaction around the test would be lost, and what follows committed by a new connection.
    """
    original = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def close_between_transactions(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", close_between_transactions)
        yield


@pytest.fixture(scope="session", autouse=True)
def _shuffle_unordered_queries() -> Iterator[None]:
    """A query without an order has none: let the tests find out."""
    original = SQLCompiler.get_order_by

    def shuffled(self: SQLCompiler) -> list[object]:
        if is_unordered(self):
            self.query.add_ordering("?")
        return original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "get_order_by", shuffled)
        yield


def is_unordered(compiler: SQLCompiler) -> bool:
    """Whether the database may answer in any order and a random one changes nothing else."""
    query = compiler.query
    by_itself = query.order_by or query.extra_order_by or query.distinct or query.combinator or query.group_by
    by_model = query.default_ordering and query.get_meta() and query.get_meta().ordering
    return not (by_itself or by_model or query.subquery)
