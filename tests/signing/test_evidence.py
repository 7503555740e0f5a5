"""Evidence: facts, register, seal and time stamp in one act; a PDF afterwards; renewed before it ages."""

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
import rfc8785
from django.db import DatabaseError, connection, transaction

from procurement.actors import Actor
from procurement.audit.inspection import find_mismatch
from procurement.audit.lines import digest
from procurement.audit.merkle import is_included, leaf_hash
from procurement.audit.models import Entry
from procurement.audit.services import forget_actor
from procurement.files import services as files
from signing import guide, seals
from signing.models import Evidence, EvidenceKind, EvidenceView
from signing.pki import authority as authorities
from signing.queries import evidence as queries
from signing.services import external, folders, renewal
from signing.services.evidence import certify, plain_view, write_view
from signing.services.stamping import current_authority
from signing.tsp import timestamps
from tests.signing import tsa
from tests.signing.folder.conftest import check, outcomes

pytestmark = pytest.mark.django_db
#: Of version 1 of the guide, for the facts of the test below.
GUIDE_1 = "f694283169f3d294fa77071c882d5d88a9274271f1e7e225ecd4b9236a3a7e9e"
SUBJECT, ABOUT = uuid.UUID(int=7), uuid.UUID(int=8)
PERSON = Actor(id=uuid.uuid4(), label="Personne fictive")


@pytest.fixture
def evidence(now: datetime) -> Evidence:
    return make(now)


def make(now: datetime, **facts: object) -> Evidence:
    return certify(
        kind=EvidenceKind.DEPOSIT,
        subject=SUBJECT,
        facts={"format": "urn:profil-acheteur:deposit-receipt:2", "number": 3, **facts},
        action="bids.deposit.seal",
        about=ABOUT,
        data={"number": 3},
        actor=PERSON,
        now=now,
    )


def view_of(evidence: Evidence, now: datetime) -> bytes:
    view = plain_view(
        evidence,
        subtitle="Essai",
        reference="VF-1",
        sentence="Ceci est un essai.",
        sections=[("Faits", [("a", "b")])],
    )
    return files.read_all(write_view(evidence=evidence, view=view, now=now), max_bytes=10**7)


def test_the_document_is_canonical_sealed_and_stamped(evidence: Evidence, now: datetime) -> None:
    document, roots = bytes(evidence.document), current_authority(now).roots
    assert rfc8785.dumps(json.loads(document)) == document
    sha256 = hashlib.sha256(document).digest()
    assert timestamps.verify(evidence.token.tsr, sha256, roots[0]).gen_time >= now
    assert seals.verify_detached(bytes(evidence.signature), sha256, *roots).signed_at >= now


def test_the_document_proves_its_line_and_the_line_its_facts(evidence: Evidence) -> None:
    facts = queries.read_document(evidence)
    register = facts.pop("register")
    assert register["line"] == Entry.objects.get(action="bids.deposit.seal").as_line()
    assert register["line"]["data"]["facts_sha256"] == hashlib.sha256(rfc8785.dumps(facts)).hexdigest()
    proof = [bytes.fromhex(value) for value in register["proof"]]
    claim = {"index": register["index"], "size": register["size"], "root": bytes.fromhex(register["root"])}
    assert is_included(leaf=leaf_hash(digest(register["line"])), proof=proof, **claim)


def test_the_document_states_its_guide_to_the_byte(evidence: Evidence, now: datetime) -> None:
    folder = dict(folders.folder(evidence, now=now))
    stated = queries.read_document(evidence)["evidence"]["guide"]
    assert hashlib.sha256(folder[guide.GUIDE]).hexdigest() == stated["sha256"]


def test_a_guide_that_was_handed_out_is_never_worded_otherwise() -> None:
    """Documents hold its digest: a new wording, of the template or of signing.proofs, is a new version."""
    facts = {
        "number": 3,
        "consultation": {"reference": "VF-1"},
        "documents": [{"name": "offre.pdf", "sha256": "ab" * 32}],
    }
    written = guide.write("receipt", facts, version=1)
    assert hashlib.sha256(written.encode()).hexdigest() == GUIDE_1


def test_the_own_time_is_said_not_to_be_qualified(evidence: Evidence) -> None:
    """P7-T6: a receipt never lets its reader believe that own time is qualified time."""
    said = queries.read_document(evidence)["evidence"]
    assert said["timestamp"]["qualified"] is False
    assert said["external_timestamp"] == {"state": "none", "qualified": False}
    assert "n'est pas qualifié" in folders.time_words(evidence)


def test_with_an_authority_configured_the_document_says_requested(settings, now: datetime) -> None:
    settings.TSA_URLS = ["https://horodatage.example/tsa trust=ca.pem qualified"]
    evidence = make(now)
    assert queries.read_document(evidence)["evidence"]["external_timestamp"] == {
        "state": "requested",
        "qualified": True,
    }
    assert "pas encore arrivé" in folders.time_words(evidence)


def test_the_token_of_an_outside_authority_joins_the_folder_once_it_has_come(settings, tmp_path) -> None:
    """P7-T6: nothing waits for it; the checker finds it in the folder that is downloaded afterwards."""
    provider, at = tsa.make(tmp_path), datetime.now(UTC)
    with tsa.serve(provider.reply) as url:
        settings.TSA_URLS = [f"{url} trust={provider.trust} name=Fictive qualified"]
        evidence = make(at)
        view_of(evidence, at)
        before = dict(folders.folder(evidence, now=at))
        external.fetch(digest=evidence.sha256, now=at)
    after = dict(folders.folder(evidence, now=at))
    assert set(after) - set(before) == {"receipt.json.external.tsr"}
    found = outcomes(check(after))
    assert (found["time"], found["external_time"]) == ("passed", "passed")
    assert "horodatage qualifié de Fictive" in folders.time_words(evidence)


def test_an_act_that_fails_leaves_no_evidence_and_no_line(now: datetime) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        make(now)
        raise RuntimeError
    assert not Evidence.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("table", ["signing_evidence", "signing_evidenceview", "signing_timestamptoken"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_evidence(
    evidence: Evidence, now: datetime, table: str, act: str
) -> None:
    """P8-6."""
    view_of(evidence, now)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table))


def test_the_pdf_is_made_once_and_carries_the_proofs(evidence: Evidence, now: datetime, tmp_path) -> None:
    (tmp_path / "a.pdf").write_bytes(view_of(evidence, now))
    view_of(evidence, now + timedelta(hours=1))
    assert EvidenceView.objects.count() == 1
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        carried = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    assert carried == {name: data for name, data, _ in folders.attachments(evidence)}


def test_erasing_the_person_leaves_the_evidence_valid(evidence: Evidence, now: datetime) -> None:
    forget_actor(actor_id=PERSON.id, actor=Actor(None, "Plateforme"), at=now)
    assert find_mismatch() is None
    assert queries.read_document(evidence)["register"]["line"] == Entry.objects.get(sequence=1).as_line()


# --- Renewal (EN 319 142-1 5.5) -------------------------------------------------------------------------------
def rotated(settings, now: datetime) -> None:
    authorities.rotate(current_authority(now).directory.parent, ["root", "tsa", "seal"], now)


@pytest.fixture
def _apart(settings, tmp_path) -> None:
    """Keys of this test alone: it rotates them."""
    settings.DATA_DIR = tmp_path


@pytest.mark.usefixtures("_apart")
def test_a_pdf_is_stamped_again_before_its_certificate_ends(settings, now: datetime) -> None:
    evidence = make(now)
    view_of(evidence, now)
    until = queries.find_view(evidence).protected_until
    soon = until - timedelta(days=30)
    rotated(settings, soon)
    assert renewal.renew_due(now=soon, progress=lambda *_: None) == 1
    renewed = queries.find_view(evidence)
    assert renewed.protected_until > until + timedelta(days=3000)
    content = files.read_all(renewed.file, max_bytes=10**7)
    assert seals.protected_until(content) == renewed.protected_until
    assert EvidenceView.objects.count() == 2


@pytest.mark.usefixtures("_apart")
def test_nothing_is_renewed_too_early_or_twice(settings, now: datetime) -> None:
    evidence = make(now)
    view_of(evidence, now)
    assert renewal.renew_due(now=now + timedelta(days=365), progress=lambda *_: None) == 0
    soon = queries.find_view(evidence).protected_until - timedelta(days=30)
    rotated(settings, soon)
    for _ in range(2):
        renewal.renew_due(now=soon, progress=lambda *_: None)
    assert EvidenceView.objects.count() == 2


@pytest.mark.usefixtures("_apart")
def test_without_a_newer_certificate_nothing_would_be_gained(now: datetime) -> None:
    evidence = make(now)
    view_of(evidence, now)
    soon = queries.find_view(evidence).protected_until - timedelta(days=30)
    renewal.renew_due(now=soon, progress=lambda *_: None)
    assert EvidenceView.objects.count() == 1
