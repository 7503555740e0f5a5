"""Real and hostile XML signatures of EU DSS and others: what each label says, by rules and never by names."""

import csv
import zipfile
from urllib.parse import unquote

import pytest

from signing.verification.facts import Content, Sub
from signing.verification.xml.xades import read_xml

pytestmark = pytest.mark.corpus
#: Detached signatures that the corpus gives without the wrong document they were tried with upstream.
WITHOUT_DOCUMENT = {"detached_cts.xml", "sig_bundle.signed_detached.xml"}


@pytest.fixture(scope="module")
def found(shared_data):
    """Label, name and facts of each XML file, and of each XML signature of the containers."""
    folder = shared_data / "signing"
    with (folder / "manifest.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    files = [read_file(folder, row) for row in rows if row["format"] == "xades"]
    inside = [each for row in rows if row["format"] == "asic-xades" for each in read_container(folder, row)]
    assert (len(files), len(inside)) >= (20, 10)
    return [*files, *inside]


def read_file(folder, row):
    paths = [folder / path for path in row["detached"].split(";") if path]
    contents = [Content.of(path.name, path.read_bytes()) for path in paths]
    path = folder / row["path"]
    return row["expected"], path.name, read_xml(path.read_bytes(), contents, path.name)


def read_container(folder, row):
    with zipfile.ZipFile(folder / row["path"]) as archive:
        files = {name: Content.of(name, archive.read(name)) for name in archive.namelist()}
    return [
        (
            row["expected"],
            row["path"],
            read_xml(file.open().read(), (), name, resolve=lambda uri: files.get(unquote(uri))),
        )
        for name, file in files.items()
        if name.startswith("META-INF/") and "signature" in name and name.endswith(".xml")
    ]


def those(found, *labels):
    chosen = [(name, facts) for label, name, facts in found if label in labels]
    assert chosen
    return chosen


def is_good(signature):
    return signature.intact is True and signature.authentic is True


def has_failed(signature):
    is_integrity = signature.intact is False or signature.authentic is False
    return is_integrity or not signature.is_baseline or signature.broken == Sub.FORMAT_FAILURE


def test_good_signatures_are_good(found):
    for name, facts in those(found, "integrity-ok"):
        assert facts.signatures, name
        assert all(map(is_good, facts.signatures)), name


def test_broken_signatures_are_refused(found):
    for name, facts in those(found, "signature-invalid", "not-b-level"):
        assert any(map(has_failed, facts.signatures)) or name in WITHOUT_DOCUMENT, name


def test_other_documents_are_refused(found):
    """One of the two detached documents given with a file is the signed one, whatever its upstream label."""
    for name, facts in those(found, "digest-mismatch"):
        genuine = [
            signature for signature in facts.signatures if signature.documents == ("ec2374_sample.xml",)
        ]
        assert genuine or any(map(has_failed, facts.signatures)), name


def test_missing_documents_are_never_called_intact(found):
    for name, facts in those(found, "data-missing"):
        assert not any(signature.intact for signature in facts.signatures), name


def test_bad_time_stamps_are_named(found):
    for name, facts in those(found, "ts-problem"):
        messages = [stamp.message for each in facts.signatures for stamp in each.stamps if stamp.problem]
        assert messages, name
        assert all("orodatage" in message for message in messages), name


def test_attacks_by_wrapping_are_refused(shared_data):
    paths = sorted((shared_data / "security" / "xml-xsw").iterdir())
    attacks = [
        path for path in paths if "XSW" in path.name or "ampered" in path.name or "Removed" in path.name
    ]
    assert len(attacks) > 3
    for path in attacks:
        (facts,) = read_xml(path.read_bytes(), (), path.name).signatures
        assert not is_good(facts), path.name
        assert has_failed(facts), path.name


def test_a_file_cut_short_is_no_signature(shared_data):
    (path,) = (shared_data / "security" / "xml-xsw").glob("*broken-dom.xml")
    facts = read_xml(path.read_bytes(), (), path.name)
    assert (facts.signatures, facts.broken) == ((), Sub.GENERIC)
