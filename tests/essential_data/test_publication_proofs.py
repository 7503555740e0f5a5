"""The proof that data were published, with which content and when (R2196-1): public, and without a person's name."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import pytest
from django.test import Client

from essential_data.models import Publication
from essential_data.tasks import write_publication_view
from signing.models import EvidenceKind
from signing.queries import evidence as evidences
from tests.essential_data.conftest import ACTOR, BUYER_SIRET

pytestmark = pytest.mark.django_db
PAGE = f"/donnees-essentielles/{BUYER_SIRET}/2026-001/"


@pytest.fixture
def publication(make_published: Callable[..., Publication]) -> Publication:
    return make_published(number="2026-001")


def test_the_proof_holds_the_digests_of_the_files_that_citizens_download(publication: Publication) -> None:
    document = evidences.read_document(evidences.get(EvidenceKind.PUBLICATION, publication.pk))
    declared = {file["name"]: file["sha256"] for file in document["documents"]}
    for extension in ("json", "xml"):
        response = Client().get(f"{PAGE.rstrip('/')}.{extension}")
        name = response["Content-Disposition"].split('"')[1]
        body = response.getvalue() if response.streaming else response.content
        assert declared[name] == sha256(body).hexdigest()


def test_the_publication_is_a_line_of_the_register(publication: Publication) -> None:
    document = evidences.read_document(evidences.get(EvidenceKind.PUBLICATION, publication.pk))
    assert document["register"]["line"]["action"] == "essential_data.publication.publish"
    assert document["register"]["line"]["data"]["sha256"] == publication.sha256


def test_the_proof_is_public_and_names_no_person(publication: Publication, now: datetime) -> None:
    write_publication_view(subject=str(publication.pk), now=now, progress=lambda *_: None)
    assert f"{PAGE}preuve.zip" in Client().get(PAGE).content.decode()
    response = Client().get(f"{PAGE}preuve.zip")
    assert not response.cookies
    bundle = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    names = {name.rpartition("/")[2] for name in bundle.namelist()}
    assert {"publication.json", "publication.json.p7s", "publication.json.tsr", "publication.pdf"} <= names
    document = next(bundle.read(name) for name in bundle.namelist() if name.endswith(".json"))
    assert ACTOR.label.encode() not in document


def test_what_was_never_published_has_no_proof() -> None:
    assert Client().get(f"{PAGE}preuve.zip").status_code == 404
