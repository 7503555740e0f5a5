"""Documents one by one or all at once, and the register of withdrawals (P7-S5, P7-B8, P7-T7)."""

import io
import zipfile
from hashlib import sha256

import pytest
from django.urls import reverse

from tenders.models import Withdrawal
from tests.factories import tenders

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(buyer):
    draft = tenders.draft(buyer, reference="2026/014 bis")
    tenders.document(draft, "Règlement été.pdf", tenders.PDF)
    tenders.document(draft, "plan.pdf", tenders.PDF + b"1")
    tenders.document(draft, "PLAN.pdf", tenders.PDF + b"2" * 3_000_000)
    tenders.document(draft, "SHA256SUMS", b"un nom malheureux")
    return publish(draft)


def publish(draft):
    from tenders.services.publication import publish_consultation
    from tests.factories.organisations import actor_of

    publish_consultation(consultation_id=draft.pk, actor=actor_of(draft.buyer), now=tenders.NOW)
    return tenders.refreshed(draft)


def address_of(document) -> str:
    return reverse("tenders:document", args=[document.consultation_id, document.pk])


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_document_is_saved_under_its_name_with_its_digest_as_etag(visitor, published):
    document = published.documents.all()[0]
    response = visitor.get(address_of(document))
    assert sha256(body(response)).hexdigest() == document.file.sha256
    assert response["ETag"] == f'"{document.file.sha256}"'
    assert response["Content-Length"] == str(document.file.size)
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''R%C3%A8glement%20%C3%A9t%C3%A9.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "public" not in response["Cache-Control"]


def test_each_download_is_a_line_of_the_register(visitor, published, now):
    document = published.documents.all()[0]
    visitor.get(address_of(document))
    visitor.get(reverse("tenders:documents_zip", args=[published.pk]))
    lines = Withdrawal.objects.order_by("what")
    assert [(line.what, line.document, line.at, line.email) for line in lines] == [
        ("all", None, now, ""),
        ("document", document, now, ""),
    ]


def test_a_look_a_fresh_copy_and_a_resumption_are_no_withdrawals(visitor, published):
    document = published.documents.all()[0]
    address, archive = address_of(document), reverse("tenders:documents_zip", args=[published.pk])
    assert visitor.head(address).status_code == 200
    assert visitor.get(address, headers={"If-None-Match": f'"{document.file.sha256}"'}).status_code == 304
    assert visitor.get(address, headers={"Range": "bytes=10-"}).status_code == 206
    etag = visitor.head(archive)["ETag"]
    assert visitor.get(archive, headers={"If-None-Match": etag}).status_code == 304
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None), ("bytes=3-999999", 3, None)],
)
def test_a_download_may_be_resumed(visitor, published, asked, start, end):
    document = published.documents.all()[0]
    response = visitor.get(address_of(document), headers={"Range": asked})
    assert response.status_code == 206
    assert body(response) == tenders.PDF[start:end]
    assert response["Content-Length"] == str(len(tenders.PDF[start:end]))
    assert response["Content-Range"].endswith(f"/{document.file.size}")


@pytest.mark.parametrize("asked", ["bytes=1-2,4-5", "bytes=9-3", "octets=1-2", "bytes=-"])
def test_a_range_that_is_not_understood_gives_the_whole(visitor, published, asked):
    response = visitor.get(address_of(published.documents.all()[0]), headers={"Range": asked})
    assert response.status_code == 200
    assert body(response) == tenders.PDF


def test_a_range_past_the_end_or_of_another_version_is_not_served(visitor, published):
    address = address_of(published.documents.all()[0])
    assert visitor.get(address, headers={"Range": "bytes=999999-"}).status_code == 416
    other = visitor.get(address, headers={"Range": "bytes=5-", "If-Range": '"autre"'})
    assert body(other) == tenders.PDF


def test_the_archive_holds_everything_once_with_digests_that_hold(visitor, published):
    response = visitor.get(reverse("tenders:documents_zip", args=[published.pk]))
    content = body(response)
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Disposition"] == 'attachment; filename="DCE-2026014-BIS.zip"'
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name.removeprefix("DCE-2026014-BIS/"): archive.read(name) for name in archive.namelist()}
    assert set(files) == {"Règlement été.pdf", "plan.pdf", "PLAN (2).pdf", "SHA256SUMS (2)", "SHA256SUMS"}
    manifest = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
    assert manifest == {
        name: sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"
    }


def test_the_archive_is_made_while_it_is_sent(visitor, published):
    """Nothing is read before somebody reads: the first blocks come without the last documents."""
    response = visitor.get(reverse("tenders:documents_zip", args=[published.pk]))
    parts = iter(response.streaming_content)
    assert next(parts).startswith(b"PK")
    response.close()


def test_documents_of_a_cancelled_consultation_stay_open(visitor, buyer):
    cancelled = tenders.cancelled(buyer)
    assert visitor.get(address_of(cancelled.documents.get())).status_code == 200
