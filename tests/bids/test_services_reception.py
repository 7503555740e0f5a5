"""A file on its way in: what is recognised, what is refused with words, and that nothing is half kept."""

import errno
import io
import logging
import zipfile
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from bids.services import reception
from bids.services.reception import BrokenFile, EspdRefused, PieceSink, ProgramRefused, Target
from bids.states import PieceKind
from procurement.files import writers
from procurement.files.archives import ArchiveRefused
from procurement.files.services import EmptyFile, FileTooLarge
from procurement.files.writers import StorageFull
from procurement.xml import XmlRefused
from signing.encryption import new_identity
from tests.factories import bids

RECIPIENT, _ = new_identity()


def target(**changes) -> Target:
    facts = {
        "deposit_id": uuid4(),
        "company_id": uuid4(),
        "envelope": "candidature",
        "lot_id": None,
        "kind": PieceKind.FILE,
        "recipient": RECIPIENT,
        "max_bytes": 50 * 1000**2,
    }
    return Target(**facts | changes)


def send(content: bytes, name: str, *, block: int = 100_000, **changes):
    """As the views do: pour, finish, abort what is refused."""
    sink = PieceSink(target(**changes), name=name, started_at=bids.NOW)
    try:
        for start in range(0, len(content), block):
            sink.write(content[start : start + block])
        return sink.finish()
    except BaseException:
        sink.abort()
        raise


def zip_of(files: dict[str, bytes], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


SAME = b"%PDF-1.7 contenu"
REFUSED = [
    pytest.param(b"", "vide.pdf", EmptyFile, id="empty"),
    pytest.param(b"MZ\x90\x00" + b"\0" * 500, "facture.pdf", ProgramRefused, id="program named pdf"),
    pytest.param(b"\x7fELF" + b"\0" * 500, "outil", ProgramRefused, id="program"),
    pytest.param(b"<html>pas un PDF</html>", "offre.pdf", BrokenFile, id="declared PDF that is not"),
    pytest.param(zip_of({"a.txt": b"a" * 5000})[:-40], "offre.zip", ArchiveRefused, id="cut ZIP"),
    pytest.param(b"rien d'un zip", "offre.zip", ArchiveRefused, id="declared ZIP that is not"),
    pytest.param(zip_of({"../../etc/passwd": b"x"}), "offre.zip", ArchiveRefused, id="path out of the ZIP"),
    pytest.param(
        zip_of({"zeros": b"\0" * 30_000_000}, compression=zipfile.ZIP_DEFLATED),
        "bombe.zip",
        ArchiveRefused,
        id="ZIP bomb",
    ),
]


@pytest.mark.parametrize(("content", "name", "refusal"), REFUSED)
def test_what_nobody_could_or_should_open_is_refused_and_leaves_nothing(
    content, name, refusal, stored
) -> None:
    before = stored()
    with pytest.raises(refusal) as told:
        send(content, name)
    assert "conserv" in str(told.value)  # what was kept, in French
    assert stored() == before


def test_a_file_that_grows_past_the_limit_is_refused_with_the_limit(stored) -> None:
    """CE 13 Nov 2025 n° 506640: a limit that is not told is held against the buyer."""
    before = stored()
    with pytest.raises(FileTooLarge, match=r"\(1,5 Mo par fichier\)") as told:
        send(b"%PDF-" + b"x" * 1_500_000, "gros.pdf", max_bytes=1_500_000)
    assert told.value.context["max_bytes"] == 1_500_000
    assert stored() == before
    send(b"%PDF-" + b"x" * 1_499_995, "juste.pdf", max_bytes=1_500_000).give_up()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "photo.jpg", "Image PNG"),
        (b"pas un classeur", "prix.xlsx", "ne ressemble pas"),
        (zip_of({"dossier/": b"", "a.txt": b"x"}), "offre.zip", "est vide"),
    ],
)
def test_a_doubt_is_a_warning_and_never_a_refusal(content, name, words) -> None:
    received = send(content, name)
    assert words in " ".join(received.warnings)
    received.give_up()


def test_ordinary_files_come_without_a_warning() -> None:
    for content, name in [
        (SAME, "memoire.pdf"),
        (b"\xef\xbb\xbfjunk\n" + SAME, "scanner.pdf"),
        (zip_of({"a.txt": b"a"}), "offre.zip"),
        (b"a;b\n1;2\n", "prix.csv"),
        (b'{"a": 1}', "donnees.json"),
        (b"\x00\x01\x02", "maquette.rvt"),
    ]:
        received = send(content, name)
        assert received.warnings == (), name
        assert received.sealed.clear.size == len(content)
        received.give_up()


def test_a_large_zip_is_judged_by_its_end(monkeypatch) -> None:
    """Bounded memory: past the limit only the end is looked at, and the person is told."""
    monkeypatch.setattr(reception, "KEPT_ARCHIVE_BYTES", 10_000)
    whole = zip_of({"plan.dwg": bytes(range(256)) * 400})
    received = send(whole, "plans.zip", block=3000)
    assert "que la fin" in received.warnings[0]
    received.give_up()
    with pytest.raises(ArchiveRefused):
        send(whole[:-100], "plans.zip", block=3000)


def test_a_full_disk_says_so_and_leaves_nothing(monkeypatch, stored) -> None:
    before = stored()
    real, sent = writers.DiskWriter.write, []

    def full(writer: writers.DiskWriter, data: bytes) -> None:
        sent.append(len(data))
        if sum(sent) > 200_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(writer, data)

    monkeypatch.setattr(writers.DiskWriter, "write", full)
    with pytest.raises(StorageFull) as told:
        send(b"%PDF-" + b"x" * 3_000_000, "offre.pdf")
    assert told.value.status == 507
    assert stored() == before


def test_an_upload_that_is_dropped_leaves_nothing(stored) -> None:
    before = stored()
    sink = PieceSink(target(), name="coupe.pdf", started_at=bids.NOW)
    sink.write(SAME * 100_000)
    sink.abort()
    sink.abort()
    assert stored() == before


CANARY = b"canari-4f1d-le-prix-secret-de-l-offre"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("offre.pdf", b"%PDF-1.7\n" + CANARY * 30_000, PieceKind.FILE),
        ("offre.zip", zip_of({f"{CANARY.decode()}.txt": CANARY * 1000}), PieceKind.FILE),
        ("dume.xml", b"<a>" + CANARY * 1000 + b"</a>", PieceKind.ESPD),
        ("refuse.pdf", CANARY * 10_000, PieceKind.FILE),
    ],
)
def test_no_byte_lies_in_clear_anywhere(name, content, kind, tmp_path, monkeypatch, caplog) -> None:
    """P7-T9: neither in the data directory, nor in temporary files, nor in the logs."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    received = send(content, name, kind=kind) if name != "refuse.pdf" else None
    if received is None:
        with pytest.raises(BrokenFile) as told:
            send(content, name)
        assert CANARY.decode() not in str(told.value)
    places = [*Path(settings.DATA_DIR).rglob("*"), *tmp_path.rglob("*")]
    found = [path for path in places if path.is_file() and CANARY in path.read_bytes()]
    assert found == []
    assert CANARY.decode() not in caplog.text
    assert CANARY.decode() not in repr(received)
    if received is not None:
        received.give_up()


HOSTILE = [
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    b'<!DOCTYPE a SYSTEM "http://attaquant.invalid/a.dtd"><a/>',
    b"<a>" * 5000 + b"</a>" * 5000,
    b"<a><b></a>",
]


@pytest.mark.parametrize("content", HOSTILE, ids=["entity", "external DTD", "depth", "malformed"])
def test_hostile_or_broken_xml_is_refused_as_edume(content, stored) -> None:
    before = stored()
    with pytest.raises(XmlRefused, match="n'a pas été conservé"):
        send(content, "dume.xml", kind=PieceKind.ESPD)
    assert stored() == before


@pytest.mark.corpus
def test_hostile_documents_of_the_reference_set_are_refused_or_harmless(shared_data) -> None:
    for path in sorted((shared_data / "security" / "xml").rglob("*.xml")):
        with suppress(XmlRefused, EspdRefused):  # anything else that is raised fails the test
            send(path.read_bytes(), path.name, kind=PieceKind.ESPD).give_up()


def test_an_edume_must_be_xml_and_of_a_reasonable_size() -> None:
    with pytest.raises(EspdRefused, match="candidature"):
        send(SAME, "dume.pdf", kind=PieceKind.ESPD)
    with pytest.raises(EspdRefused, match="10 Mo"):
        send(b"<a>" + b" " * (10 * 1024 * 1024) + b"</a>", "dume.xml", kind=PieceKind.ESPD)


def test_an_edume_is_never_refused_for_what_it_says() -> None:
    """A buyer may not refuse a DUME; its findings are told at once, and only their number is kept."""
    received = send(b"<autre>chose</autre>", "dume.xml", kind=PieceKind.ESPD)
    assert received.report is not None
    assert received.report.findings
    assert received.warnings == ("Contrôle du DUME : 1 point à corriger. Le dépôt reste possible.",)
    received.give_up()


@pytest.mark.corpus
def test_official_edume_are_recognised(shared_data) -> None:
    sample = next((shared_data / "dume" / "4.1.0").rglob("*esponse*.xml"))
    received = send(sample.read_bytes(), "dume.xml", kind=PieceKind.ESPD, reference="autre-reference")
    assert received.format_label.startswith("DUME 4.1")
    for finding in received.report.findings:
        if finding.value:
            assert finding.value not in " ".join(received.warnings)
    received.give_up()
