"""The receipt: its mentions, and that anybody can check it with openssl and pdfsig alone."""

import json
import subprocess
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
import rfc8785

from bids.models import Deposit
from bids.services import receipts
from bids.tasks import write_receipt_pdf
from procurement.audit.lines import digest
from procurement.audit.merkle import is_included, leaf_hash
from procurement.audit.queries import get_root
from procurement.files.models import StoredFile
from signing.guide import GUIDE
from signing.queries.evidence import read_document
from tests.factories import bids


@pytest.fixture
def deposit(consultation, company, person) -> Deposit:
    draft = bids.filled(consultation, company)
    bids.piece(draft, "mémoire « été » – 中.pdf", lot=consultation.lots.first())
    return bids.seal(draft, person=person)


@pytest.fixture
def folder(deposit: Deposit, tmp_path: Path, now) -> Path:
    for name, content in receipts.receipt_folder(deposit, now=now):
        (tmp_path / name).write_bytes(content)
    return tmp_path


def run(arguments: tuple[str, ...], folder: Path) -> str:
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_five_mentions_and_the_proofs_are_there(deposit, consultation, company, person) -> None:
    """P7-T11, P8-7: who, buyer, title and object, date and time, list of documents."""
    facts = read_document(receipts.of(deposit))
    assert facts["depositor"]["name"] == company.name
    assert facts["depositor"]["identifier"] == company.siret
    assert str(person) in facts["depositor"]["person"]
    assert facts["buyer"]["name"] == consultation.buyer.name
    assert facts["consultation"]["title"] == consultation.title
    assert facts["consultation"]["object"] == consultation.description
    assert facts["received_at"] == "2026-03-02T09:00:00.000000Z"
    assert facts["deadline"] == "2026-04-01T10:00:00.000000Z"
    assert facts["on_time"] is True
    assert facts["encryption"]["mode"] == "chiffré à réception"
    assert facts["encryption"]["recipient"].startswith("age1")
    pieces = {str(piece.cipher.sha256): piece for piece in deposit.pieces.all()}
    assert len(facts["documents"]) == len(pieces)
    for document in facts["documents"]:
        piece = pieces[document["cipher_sha256"]]
        assert (document["name"], document["size"]) == (piece.name, piece.clear_size)
        assert document["sha256"] == piece.clear_sha256
        assert document["cipher_size"] == piece.cipher.size


def test_facts_are_canonical_and_are_what_was_stamped(deposit) -> None:
    receipt = receipts.of(deposit)
    document = bytes(receipt.document)
    assert rfc8785.dumps(json.loads(document)) == document
    assert sha256(document).hexdigest() == receipt.sha256 == receipt.token.digest


def test_the_receipt_proves_its_line_of_the_register(deposit) -> None:
    """P8-6: the act is a leaf that nobody can take away unseen, and the line holds the digest of the facts."""
    document = read_document(receipts.of(deposit))
    register = document.pop("register")
    assert register["line"]["action"] == "bids.deposit.seal"
    assert register["line"]["data"]["facts_sha256"] == sha256(rfc8785.dumps(document)).hexdigest()
    assert is_included(
        leaf=leaf_hash(digest(register["line"])),
        index=register["index"],
        size=register["size"],
        proof=[bytes.fromhex(value) for value in register["proof"]],
        root=bytes.fromhex(register["root"]),
    )
    assert get_root(register["size"]).hex() == register["root"]


def test_late_and_replaced_are_written(consultation, company) -> None:
    bids.sealed(consultation, company)
    second = bids.sealed(consultation, company)
    assert read_document(receipts.of(second))["replaces"] == [1]
    late = bids.sealed(consultation, company, received_at=consultation.deadline + timedelta(seconds=1))
    facts = read_document(receipts.of(late))
    assert (facts["on_time"], facts["replaces"]) == (False, [])


def test_every_command_of_the_guide_says_yes(deposit, folder) -> None:
    guide = (folder / GUIDE).read_text(encoding="utf-8")
    assert len(receipts.checks()) == 3
    for check in receipts.checks():
        assert check.command in guide
        assert check.expected in run(check.arguments, folder)


def test_a_changed_receipt_is_refused_by_openssl_and_pdfsig(folder) -> None:
    stamp, seal, view = receipts.checks()
    facts = folder / receipts.NAMES.document
    facts.write_bytes(facts.read_bytes().replace(b'"number":1', b'"number":2'))
    assert stamp.expected not in run(stamp.arguments, folder)
    assert seal.expected not in run(seal.arguments, folder)
    pdf = folder / receipts.NAMES.pdf
    changed = bytearray(pdf.read_bytes())
    changed[changed.index(b"stream") + 40] ^= 1
    pdf.write_bytes(changed)
    assert view.expected not in run(view.arguments, folder)


def test_the_pdf_carries_the_facts_their_seal_and_their_stamp(folder) -> None:
    with pikepdf.open(folder / receipts.NAMES.pdf) as pdf:
        attached = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    names = (receipts.NAMES.document, receipts.NAMES.signature, receipts.NAMES.token)
    assert attached == {name: (folder / name).read_bytes() for name in names}


def test_the_pdf_tells_the_facts_to_a_reader(folder, company, consultation) -> None:
    text = " ".join(run(("pdftotext", "-layout", receipts.NAMES.pdf, "-"), folder).split())
    for words in (company.siret, consultation.reference, "Pli n° 1".lower(), "11", "Dans les délais"):
        assert words in text
    assert "lundi 2 mars 2026 à 10 h 00 min 00 s (heure de Paris)" in text.replace("\u00a0", " ")


def test_digests_of_the_guide_are_those_of_the_original_files(deposit, folder) -> None:
    (folder / "candidature.pdf").write_bytes(bids.PDF)
    guide = (folder / GUIDE).read_text(encoding="utf-8")
    assert "openssl dgst -sha256 candidature.pdf" in guide
    digest = run(("openssl", "dgst", "-sha256", "candidature.pdf"), folder).split()[-1]
    assert digest in guide


def test_the_pdf_is_made_once(deposit, now) -> None:
    """The page makes it at once, the job finds it made."""
    first = receipts.write_pdf(deposit_id=deposit.pk, now=now)
    write_receipt_pdf(subject=str(deposit.pk), now=now, progress=lambda *_: None)
    assert receipts.write_pdf(deposit_id=deposit.pk, now=now) == first
    assert StoredFile.objects.filter(area="evidence").count() == 1
