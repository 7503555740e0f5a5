"""Time stamps of XAdES: each is compared with what it should cover (P7-T7, EN 319 132-1 5.3 to 5.5)."""

from functools import partial

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from procurement.xml import parse_xml
from signing.verification.facts import StampKind, Sub
from signing.verification.xml import xades_baseline
from signing.verification.xml.xades_properties import Properties
from tests.conftest import NOW
from tests.signing.verification.xml_signing import (
    OFFER,
    XADES,
    XADES_141,
    add_unsigned,
    changed,
    encode,
    exclusive,
    find,
    read_one,
    sign_xades,
)
from tests.signing.verification.xml_signing import token as issue


@pytest.fixture
def token(authority):
    return partial(issue, authority)


@pytest.fixture
def signed():
    return sign_xades()


@pytest.fixture
def stamped(signed, token):
    add_unsigned(signed, "SignatureTimeStamp", token(exclusive(find(signed, "SignatureValue"))))
    return signed


def stamps(tree):
    return read_one(tree).stamps


def test_a_signature_time_stamp_is_over_the_signature_value(stamped):
    (stamp,) = stamps(stamped)
    assert (stamp.kind, stamp.problem, stamp.at) == (StampKind.SIGNATURE, "", NOW)
    assert read_one(stamped).intact is True


def test_a_time_stamp_copied_from_elsewhere_is_named(signed, token):
    add_unsigned(signed, "SignatureTimeStamp", token(b"une autre signature"))
    (stamp,) = stamps(signed)
    assert stamp.problem == Sub.HASH_FAILURE
    assert "horodatage de la signature" in stamp.message


def test_a_time_stamp_of_another_kind_is_not_taken(signed, token):
    """What stamps the signature value is not an archive time stamp."""
    add_unsigned(
        signed, "ArchiveTimeStamp", token(exclusive(find(signed, "SignatureValue"))), namespace=XADES_141
    )
    (stamp,) = stamps(signed)
    assert (stamp.kind, stamp.problem) == (StampKind.ARCHIVE, Sub.HASH_FAILURE)
    assert "archivage" in stamp.message


def test_two_tokens_in_one_element_are_refused(signed, token):
    value = exclusive(find(signed, "SignatureValue"))
    add_unsigned(signed, "SignatureTimeStamp", token(value), token(value, serial=8))
    assert [stamp.problem for stamp in stamps(signed)] == [Sub.FORMAT_FAILURE] * 2


@pytest.mark.parametrize("encapsulated", [(), (b"pas un jeton",)])
def test_what_is_no_token_is_said(signed, encapsulated):
    add_unsigned(signed, "SignatureTimeStamp", *encapsulated)
    (stamp,) = stamps(signed)
    assert stamp.problem == Sub.FORMAT_FAILURE
    assert stamp.message


def test_an_archive_time_stamp_is_over_all_that_comes_before(stamped, token):
    add_unsigned(stamped, "ArchiveTimeStamp", token(archived(stamped)), namespace=XADES_141)
    assert [stamp.problem for stamp in stamps(stamped)] == ["", ""]
    # A property slipped in before it was not there when it was made.
    earlier = find(stamped, "SignatureTimeStamp", XADES)
    altered = changed(stamped, lambda tree: add_before(tree, earlier.tag))
    assert [stamp.problem for stamp in stamps(altered)] == ["", Sub.HASH_FAILURE]


def add_before(tree, tag):
    element = next(tree.iter(tag))
    element.addnext(element.makeelement(tag.replace("SignatureTimeStamp", "CertificateValues")))


def archived(tree):
    """EN 319 132-1 5.5.2.2 for a signature of signxml: its three references, its three parts, its properties."""
    parts = [find(tree, name) for name in ("SignedInfo", "SignatureValue", "KeyInfo")]
    properties = find(tree, "UnsignedSignatureProperties", XADES)
    # What a reference gives without a transform is canonicalized as the time stamp says, here exclusively.
    references = [etree.tostring(parse_xml(OFFER), method="c14n")]
    references += [exclusive(find(tree, "SignedProperties", XADES)), exclusive(parts[2])]
    return b"".join(references + [exclusive(part) for part in [*parts, *properties]])


def test_references_to_proofs_are_stamped_in_their_order(stamped, token):
    value, first = find(stamped, "SignatureValue"), find(stamped, "SignatureTimeStamp", XADES)
    certificates = add_unsigned(stamped, "CompleteCertificateRefs", holder="Cert")
    covered = [exclusive(element) for element in (value, first, certificates)]
    add_unsigned(stamped, "SigAndRefsTimeStamp", token(b"".join(covered)))
    add_unsigned(stamped, "RefsOnlyTimeStamp", token(covered[2]))
    add_unsigned(stamped, "RefsOnlyTimeStamp", token(covered[0]))
    assert [stamp.problem for stamp in stamps(stamped)] == ["", "", "", Sub.HASH_FAILURE]


def test_the_level_follows_the_material(signed, authority, token):
    def level():
        return xades_baseline.level_of(Properties(element=find(signed, "QualifyingProperties", XADES)))

    assert level() == "B-B"
    add_unsigned(signed, "SignatureTimeStamp", token(b"x"))
    assert level() == "B-T"
    values = etree.SubElement(add_unsigned(signed, "RevocationValues", holder="-"), f"{{{XADES}}}CRLValues")
    encapsulated = etree.SubElement(values, f"{{{XADES}}}EncapsulatedCRLValue")
    encapsulated.text = encode(authority.crl.public_bytes(Encoding.DER))
    assert level() == "B-LT"
    add_unsigned(signed, "ArchiveTimeStamp", token(b"x"), namespace=XADES_141)
    assert level() == "B-LTA"
