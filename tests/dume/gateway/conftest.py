from collections.abc import Iterator

import pytest

from dume.gateway.exchanged import Platform
from dume.gateway.national import NationalService
from procurement.network.connections import Identity
from tests.dume.gateway.national_service import PLATFORM_ID, TECHNICAL_ID, Memory, Papers, serving


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers.drawn_up(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def service(papers: Papers) -> Iterator[tuple[str, Memory]]:
    with serving(papers) as started:
        yield started


@pytest.fixture
def memory(service: tuple[str, Memory]) -> Memory:
    return service[1]


@pytest.fixture
def connected(settings, service: tuple[str, Memory], papers: Papers):
    """The settings of a platform that is connected."""
    settings.DUME_SERVICE_URL = service[0] + "/"
    settings.DUME_SERVICE_CERTIFICATE_PATH = str(papers.certificate("platform"))
    settings.DUME_SERVICE_KEY_PATH = str(papers.key("platform"))
    settings.DUME_SERVICE_AUTHORITIES_PATH = str(papers.root)
    settings.DUME_PLATFORM_ID = PLATFORM_ID
    settings.DUME_PLATFORM_TECHNICAL_ID = TECHNICAL_ID
    return settings


@pytest.fixture
def gateway(papers: Papers, service: tuple[str, Memory]) -> NationalService:
    return NationalService(
        url=service[0],
        platform=Platform(id=PLATFORM_ID, technical_id=TECHNICAL_ID),
        identity=Identity(
            certificate=papers.certificate("platform"), key=papers.key("platform"), authorities=papers.root
        ),
        timeout=5,
        max_bytes=1_000_000,
    )
