"""ASiC containers (EN 319 162-1): what each signature covers, and what breaks the format."""

import pytest
from signxml import methods

from procurement.xml import parse_xml
from signing.verification.asic.asic import read_container
from signing.verification.facts import Covers, Format, StampKind, Sub
from tests.signing.verification import makers
from tests.signing.verification.makers import ANNEX, ASIC_E, ASIC_S, DOCUMENT, archive, manifest, token

ACT, BOTH = {"acte.txt": DOCUMENT}, {"acte.txt": DOCUMENT, "annexe é.txt": ANNEX}
SIGNATURE, STAMP = "META-INF/signature001.p7s", "META-INF/timestamp001.tst"


@pytest.fixture(scope="module")
def signature(authority):
    """Detached CAdES of the act alone."""
    return makers.cades(authority, DOCUMENT, is_stamped=False)


@pytest.fixture(scope="module")
def signed(authority):
    """The parts of an ASiC-E with CAdES over both files."""
    return makers.asic_e_cades(authority, BOTH)


def only(found):
    (facts,) = found.signatures
    return facts


def read(mimetype, *parts):
    merged = {}
    for part in parts:
        merged |= part
    return read_container(archive(mimetype, merged))


# --- Whole ----------------------------------------------------------------------------------------------------
def test_a_simple_container_signs_its_one_document(signature):
    found = read(ASIC_S, ACT, {"META-INF/signature.p7s": signature})
    assert (found.format, found.problems, found.broken) == (Format.ASIC_S, (), "")
    facts = only(found)
    assert (facts.intact, facts.authentic, facts.covers) == (True, True, Covers.WHOLE)
    assert facts.documents == ("acte.txt",)


def test_a_manifest_signs_every_file_that_it_lists(signed):
    found = read(ASIC_E, signed)
    assert (found.format, found.problems, found.broken) == (Format.ASIC_E, (), "")
    assert only(found).documents == ("acte.txt", "annexe é.txt")
    assert only(found).place == "META-INF/signature001.p7s: 1"


def test_a_time_stamp_covers_a_container(authority):
    found = read(ASIC_S, ACT, {"META-INF/timestamp.tst": token(authority, DOCUMENT)})
    assert [(stamp.kind, stamp.problem) for stamp in found.stamps] == [(StampKind.CONTAINER, "")]
    assert (found.signatures, found.problems) == ((), ())


def test_a_zip_that_nobody_signed_is_no_container():
    for mimetype in ("", "application/epub+zip"):
        assert read(mimetype, BOTH, {"META-INF/manifest.xml": b"<m/>"}).format is Format.NONE


def test_a_container_without_a_signature_has_none():
    found = read(ASIC_E, BOTH)
    assert (found.format, found.signatures, found.broken) == (Format.ASIC_E, (), "")


# --- The type of the container --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mimetype", "said"),
    [
        ("", "absent"),
        (f"\ufeff{ASIC_E}", "seul type"),
        (f"{ASIC_E}\n", "seul type"),
        ("text/plain", "n'est pas"),
    ],
)
def test_a_type_that_is_absent_or_wrong_is_only_noted(signed, mimetype, said):
    found = read(mimetype, signed)
    assert (found.format, found.broken, only(found).intact) == (Format.ASIC_E, "", True)
    assert any(said in problem for problem in found.problems)


def test_a_type_that_comes_last_is_only_noted(signed):
    found = read_container(archive("", signed | {"mimetype": ASIC_E.encode()}))
    assert (found.broken, only(found).is_baseline) == ("", True)
    assert "premier" in found.problems[0]


# --- What breaks the format -----------------------------------------------------------------------------------
def test_a_simple_container_holds_one_document(signature):
    found = read(ASIC_S, BOTH, {"META-INF/signature.p7s": signature})
    assert found.broken == Sub.FORMAT_FAILURE
    assert only(found).broken == Sub.FORMAT_FAILURE


def test_a_simple_container_has_one_file_of_signatures(authority, signature):
    stamped = {"META-INF/signature.p7s": signature, "META-INF/timestamp.tst": token(authority, DOCUMENT)}
    found = read(ASIC_S, ACT, stamped)
    assert found.broken == Sub.FORMAT_FAILURE
    assert not only(found).is_baseline


def test_a_signature_of_the_other_kind_of_container_is_refused(signed):
    found = read(ASIC_S, signed)
    assert found.broken == Sub.FORMAT_FAILURE
    assert any("manifeste" in problem for problem in found.problems)


def test_a_container_without_a_document_is_refused(signature):
    found = read(ASIC_S, {"META-INF/signature.p7s": signature})
    assert (found.broken, only(found).intact) == (Sub.FORMAT_FAILURE, False)


def test_signatures_of_two_kinds_are_not_mixed(authority, signed):
    found = read(ASIC_E, signed, {"META-INF/signatures0.xml": xades(authority, "acte.txt")})
    assert found.broken == Sub.FORMAT_FAILURE


def test_a_file_that_holds_no_signature_is_a_broken_one():
    for name in ("META-INF/signatures.xml", "META-INF/signature.p7s"):
        facts = only(read(ASIC_S, ACT, {name: b"<rien/>"}))
        assert (facts.broken, facts.place) == (Sub.FORMAT_FAILURE, name)


def test_a_refused_container_fails_each_signature_that_it_names(signed):
    found = read(ASIC_E, signed, {"../sortie.txt": b""})
    assert (found.broken, only(found).broken) == (Sub.FORMAT_FAILURE, Sub.FORMAT_FAILURE)
    assert "chemin" in only(found).why


# --- Manifests ------------------------------------------------------------------------------------------------
def test_a_changed_file_is_not_the_one_of_the_manifest(signed):
    facts = only(read(ASIC_E, signed, {"acte.txt": DOCUMENT + b"."}))
    assert (facts.intact, facts.broken) == (False, Sub.HASH_FAILURE)
    assert "acte.txt" in facts.why


def test_a_changed_manifest_is_not_the_signed_one(signed):
    listed = manifest(SIGNATURE, BOTH | {"acte.txt": DOCUMENT + b"."})
    changed = {"acte.txt": DOCUMENT + b".", "META-INF/ASiCManifest001.xml": listed}
    assert only(read(ASIC_E, signed, changed)).intact is False


def test_a_missing_file_breaks_the_signature(signed):
    parts = {name: data for name, data in signed.items() if name != "acte.txt"}
    facts = only(read(ASIC_E, parts))
    assert (facts.intact, facts.broken) == (False, Sub.FORMAT_FAILURE)
    assert "acte.txt" in facts.why


def test_a_file_that_no_signature_covers_is_named(signed):
    found = read(ASIC_E, signed, {"ajout.txt": b"autre"})
    assert (only(found).covers, found.broken) == (Covers.PARTIAL, Sub.SIG_CONSTRAINTS_FAILURE)
    assert found.problems == ("Le fichier «\u00a0ajout.txt\u00a0» n'est couvert par aucune signature.",)


@pytest.mark.parametrize("listed", [b"", b"bla", b"<ASiCManifest/>", b"<!DOCTYPE a><a/>"])
def test_an_unreadable_manifest_leaves_nothing_signed(signed, listed):
    facts = only(read(ASIC_E, signed, {"META-INF/ASiCManifest001.xml": listed}))
    assert (facts.intact, facts.broken) == (False, Sub.FORMAT_FAILURE)


def test_two_manifests_for_one_signature_are_refused(signed):
    facts = only(read(ASIC_E, signed, {"META-INF/ASiCManifest002.xml": manifest(SIGNATURE, ACT)}))
    assert facts.broken == Sub.FORMAT_FAILURE


def test_names_in_manifests_are_percent_encoded(authority):
    files = {"avec%20code.txt": DOCUMENT}
    listed = manifest(SIGNATURE, files).replace(b"%2520", b"%20")
    parts = files | {
        "META-INF/ASiCManifest.xml": listed,
        SIGNATURE: makers.cades(authority, listed, is_stamped=False),
    }
    assert only(read(ASIC_E, parts)).broken == Sub.FORMAT_FAILURE


def test_the_list_of_files_must_be_that_of_the_files(signed):
    entry = '<e:file-entry xmlns:e="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" e:full-path="{}"/>'
    for names, broken in (((*BOTH, "/"), ""), (("acte.txt",), Sub.SIG_CONSTRAINTS_FAILURE)):
        listed = "<m>" + "".join(entry.format(name) for name in names) + "</m>"
        assert read(ASIC_E, signed, {"META-INF/manifest.xml": listed.encode()}).broken == broken


# --- XAdES ----------------------------------------------------------------------------------------------------
def xades(authority, uri):
    root = makers.xades(authority, methods.detached, parse_xml(makers.XML.encode()), uri)
    return makers.serialise(root)


def test_xades_signs_the_file_at_its_address(authority):
    form = {"acte n°1.xml": makers.XML.encode()}
    found = read(ASIC_E, form, {"META-INF/signatures0.xml": xades(authority, "acte%20n%C2%B01.xml")})
    assert (only(found).intact, only(found).covers, found.broken) == (True, Covers.WHOLE, "")


def test_xades_over_a_file_that_is_not_there_is_refused(authority):
    form = {"acte.xml": makers.XML.encode()}
    for uri in ("autre.xml", "../acte.xml", "/acte.xml", "http://exemple.test/acte.xml"):
        facts = only(read(ASIC_E, form, {"META-INF/signatures0.xml": xades(authority, uri)}))
        assert (facts.intact, facts.broken, facts.covers) == (False, Sub.FORMAT_FAILURE, Covers.PARTIAL)


# --- Time stamps ----------------------------------------------------------------------------------------------
def archived(authority, files, covered):
    """A first time stamp over the document, a second over an archive manifest of what is `covered`."""
    parts = files | {"META-INF/timestamp.tst": token(authority, DOCUMENT)}
    listed = manifest("META-INF/timestamp002.tst", {name: parts[name] for name in covered})
    return parts | {
        "META-INF/ASiCArchiveManifest.xml": listed,
        "META-INF/timestamp002.tst": token(authority, listed),
    }


def test_an_archive_time_stamp_covers_all_that_was_there(authority):
    parts = archived(authority, ACT, ["acte.txt", "META-INF/timestamp.tst"])
    assert [stamp.problem for stamp in read(ASIC_S, parts).stamps] == ["", ""]


@pytest.mark.parametrize("covered", ["acte.txt", "META-INF/timestamp.tst"])
def test_an_archive_time_stamp_that_leaves_something_out_is_named(authority, covered):
    _, second = read(ASIC_S, archived(authority, ACT, [covered])).stamps
    assert second.problem == Sub.SIG_CONSTRAINTS_FAILURE
    assert "timestamp002.tst" in second.message


def test_a_time_stamp_of_another_document_is_named(authority):
    (stamp,) = read(ASIC_S, ACT, {"META-INF/timestamp.tst": token(authority, ANNEX)}).stamps
    assert (stamp.problem, "timestamp.tst" in stamp.message) == (Sub.HASH_FAILURE, True)


def test_a_time_stamp_without_a_manifest_covers_nothing(authority):
    (stamp,) = read(ASIC_E, BOTH, {STAMP: token(authority, DOCUMENT)}).stamps
    assert stamp.problem == Sub.FORMAT_FAILURE
