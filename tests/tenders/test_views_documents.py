"""Adding and removing documents: by the form and by the page's script, with what each refusal says (P7-B3)."""

import errno
import io
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from procurement.accounts.roles import Role
from procurement.files.models import StoredFile
from tenders.models import Document
from tests.factories import tenders

pytestmark = pytest.mark.django_db


def page_of(consultation) -> str:
    return reverse("tenders:documents", args=[consultation.pk])


def send(client, consultation, *files: tuple[str, bytes], **options):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(page_of(consultation), {"kind": "rules", "documents": uploads}, follow=True, **options)


def stream(client, consultation, name: str, content: bytes, **options):
    return client.post(
        reverse("tenders:document_upload", args=[consultation.pk]) + "?kind=plan",
        data=content,
        content_type="application/octet-stream",
        headers={"X-File-Name": quote(name), "Accept": "application/json", **options.pop("headers", {})},
        **options,
    )


def names() -> list[str]:
    return [document.file.name for document in Document.objects.order_by("position")]


def test_several_files_are_added_at_once(enter, buyer):
    draft = tenders.draft(buyer)
    response = send(enter(buyer), draft, ("a.pdf", tenders.PDF), ("b.xml", b"<a/>"))
    assert names() == ["a.pdf", "b.xml"]
    assert {document.kind for document in Document.objects.all()} == {"rules"}
    assert "2 documents ajoutés." in response.content.decode()


def test_the_script_sends_one_file_as_the_body(enter, buyer):
    draft = tenders.draft(buyer)
    response = stream(enter(buyer), draft, "Plan été.pdf", tenders.PDF)
    document = Document.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": str(document.pk),
        "name": "Plan été.pdf",
        "size": len(tenders.PDF),
        "sha256": document.file.sha256,
    }
    assert document.kind == "plan"


def test_a_refused_file_is_named_and_the_others_are_kept(enter, buyer):
    draft = tenders.draft(buyer)
    files = (
        ("vide.pdf", b""),
        ("a.pdf", tenders.PDF),
        ("faux.docx", tenders.PDF),
        ("outil.exe", b"MZ" + b"\0" * 99),
    )
    text = send(enter(buyer), draft, *files).content.decode().replace("&#x27;", "'")
    assert names() == ["a.pdf"]
    assert "vide.pdf: Ce fichier est vide" in text
    assert "faux.docx: Le contenu de ce fichier (PDF)" in text
    assert "outil.exe: Ce fichier est un programme" in text
    assert "1 document ajouté." in text


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("vide.pdf", b"", 422, "empty_file"),
        ("faux.docx", tenders.PDF, 422, "content_not_as_named"),
        ("casse.zip", b"PK\x03\x04 tronqu", 422, "archive_refused"),
        ("grand.pdf", tenders.PDF * 900, 413, "file_too_large"),
    ],
)
def test_the_script_gets_problem_details(enter, buyer, settings, name, content, status, code):
    settings.MAX_FILE_BYTES = 200_000
    draft = tenders.draft(buyer, max_file_bytes=1000)
    response = stream(enter(buyer), draft, name, content)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith(code)
    assert names() == []


def test_choosing_nothing_is_explained(enter, buyer):
    response = enter(buyer).post(page_of(tenders.draft(buyer)), {"kind": "rules"}, follow=True)
    assert "Choisissez au moins un fichier." in response.content.decode()


def test_uploads_leave_no_temporary_file(enter, buyer, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    draft, client = tenders.draft(buyer), enter(buyer)
    large = tenders.PDF + b"x" * 6_000_000
    send(client, draft, ("a.pdf", large))
    stream(client, draft, "b.pdf", large)
    assert names() == ["a.pdf", "b.pdf"]
    assert list(tmp_path.iterdir()) == []


class FullStorage(Storage):
    def _save(self, name, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    def exists(self, name):
        return False

    def delete(self, name):
        """Nothing was kept."""


def test_a_full_disk_is_explained_by_the_form_and_to_the_script(enter, buyer, settings):
    draft, client = tenders.draft(buyer), enter(buyer)
    settings.STORAGES = {**settings.STORAGES, "public": {"BACKEND": f"{__name__}.FullStorage"}}
    text = send(client, draft, ("a.pdf", tenders.PDF)).content.decode()
    assert "La plateforme ne peut plus enregistrer de fichier" in text
    assert stream(client, draft, "a.pdf", tenders.PDF).status_code == 507
    assert names() == []


def test_after_publication_documents_are_read_only(enter, buyer):
    published, client = tenders.published(buyer), enter(buyer)
    document = published.documents.get()
    assert send(client, published, ("a.pdf", tenders.PDF)).status_code == 409
    assert stream(client, published, "a.pdf", tenders.PDF).status_code == 409
    remove = reverse("tenders:document_remove", args=[published.pk, document.pk])
    assert client.post(remove).status_code == 409
    assert names() == ["reglement.pdf"]
    assert "Ajouter des documents" not in client.get(page_of(published)).content.decode()


def test_a_document_of_a_draft_is_removed(enter, buyer):
    draft = tenders.draft(buyer, documents=["a.pdf", "b.pdf"])
    document = Document.objects.get(file__name="a.pdf")
    enter(buyer).post(reverse("tenders:document_remove", args=[draft.pk, document.pk]))
    assert names() == ["b.pdf"]


@pytest.mark.parametrize("role", [Role.READER, Role.OPENER, Role.BUYER_ADMIN])
def test_who_does_not_prepare_adds_and_removes_nothing(enter, buyer, role):
    draft, client = tenders.draft(buyer, documents=["a.pdf"]), enter(buyer, role)
    stored = StoredFile.objects.count()
    remove = reverse("tenders:document_remove", args=[draft.pk, Document.objects.get().pk])
    assert send(client, draft, ("b.pdf", tenders.PDF)).status_code == 403
    assert stream(client, draft, "b.pdf", tenders.PDF).status_code == 403
    assert client.post(remove).status_code == 403
    assert names() == ["a.pdf"]
    assert StoredFile.objects.count() == stored


def test_another_buyer_a_company_and_a_visitor_add_and_read_nothing(
    enter, visitor, buyer, other_buyer, company
):
    draft = tenders.draft(buyer, documents=["a.pdf"])
    document = Document.objects.get()
    for client, status in ((enter(other_buyer), 404), (enter(company), 404), (visitor, 302)):
        assert client.post(page_of(draft), {"kind": "rules"}).status_code == status
        assert stream(client, draft, "b.pdf", tenders.PDF).status_code == status
        for name in ("document_remove", "buyer_document"):
            address = reverse(f"tenders:{name}", args=[draft.pk, document.pk])
            ask = client.post if name == "document_remove" else client.get
            assert ask(address).status_code == status
    assert names() == ["a.pdf"]


def test_the_buyers_own_look_is_no_withdrawal(enter, buyer):
    published = tenders.published(buyer)
    address = reverse("tenders:buyer_document", args=[published.pk, published.documents.get().pk])
    response = enter(buyer, Role.READER).get(address)
    assert b"".join(response.streaming_content) == tenders.PDF
    assert not published.withdrawals.exists()


def test_a_forged_upload_leaves_nothing(enter, buyer):
    draft = tenders.draft(buyer)
    client = enter(buyer, enforce_csrf_checks=True)
    assert send(client, draft, ("a.pdf", tenders.PDF)).status_code == 403
    assert stream(client, draft, "a.pdf", tenders.PDF).status_code == 403
    assert names() == []
    assert not StoredFile.objects.filter(discarded_at__isnull=True).exists()


class BrokenConnection(io.BytesIO):
    """Gives what it has, then fails as a connection does."""

    def read(self, size=-1):
        data = super().read(size)
        if not data:
            raise ConnectionResetError
        return data


@pytest.mark.parametrize("by_script", [True, False])
def test_a_connection_that_breaks_leaves_nothing(enter, buyer, by_script):
    draft, client = tenders.draft(buyer), enter(buyer)
    client.raise_request_exception = False
    before = stored_paths()
    if by_script:
        body, content_type = tenders.PDF * 200, "application/octet-stream"
        address = reverse("tenders:document_upload", args=[draft.pk])
    else:
        start = '--limite\r\nContent-Disposition: form-data; name="documents"; filename="a.pdf"\r\n\r\n'
        body, content_type = start.encode() + tenders.PDF * 9000, "multipart/form-data; boundary=limite"
        address = page_of(draft)
    client.generic(
        "POST",
        address,
        headers={"X-File-Name": "a.pdf"},
        **{
            "wsgi.input": BrokenConnection(body),
            "CONTENT_LENGTH": str(len(body) + 10**6),
            "CONTENT_TYPE": content_type,
        },
    )
    assert StoredFile.objects.filter(discarded_at__isnull=True).count() == 0
    assert names() == []
    assert stored_paths() == before


def stored_paths() -> set[Path]:
    return {path for path in Path(storages["public"].location).rglob("*") if path.is_file()}
