"""Storages that pull (object stores) are fed from a thread: whole, bounded, nothing left of what is given up."""

from datetime import datetime

import pytest
from django.core.files.storage import InMemoryStorage, storages

from procurement.files import services
from procurement.files.models import StoredFile

pytestmark = pytest.mark.django_db


class PulledStorage(InMemoryStorage):
    """Reads its content as S3 clients do: by blocks of its own size."""

    def _save(self, name, content):
        parts = iter(lambda: content.read(7), b"")
        from django.core.files.base import ContentFile

        return super()._save(name, ContentFile(b"".join(parts)))


@pytest.fixture
def store(settings):
    settings.STORAGES = {**settings.STORAGES, "public": {"BACKEND": f"{__name__}.PulledStorage"}}
    return storages["public"]


def test_what_is_pushed_is_what_is_pulled(store, now: datetime) -> None:
    sink = services.StoringSink(area="public", name="a.bin", now=now)
    for number in range(100):
        sink.write(bytes([number]) * number)
    file = sink.finish()
    assert services.read_all(file, max_bytes=10_000) == b"".join(bytes([n]) * n for n in range(100))
    assert file.size == 4950


def test_an_abandoned_upload_leaves_nothing_in_the_store(store, now: datetime) -> None:
    sink = services.StoringSink(area="public", name="a.bin", now=now)
    sink.write(b"x" * 1000)
    sink.abort()
    sink.abort()
    assert not store.exists(sink.writer.key)
    assert not StoredFile.objects.exists()


def test_a_file_that_is_too_large_leaves_nothing_in_the_store(store, now: datetime) -> None:
    sink = services.StoringSink(area="public", name="a.bin", now=now, max_bytes=10)
    with pytest.raises(services.FileTooLarge):
        sink.write(b"x" * 11)
    assert not store.exists(sink.writer.key)
