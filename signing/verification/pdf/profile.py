"""The CMS of a PDF signature dictionary, and the profile of PAdES (EN 319 142-1 6.3)."""

from __future__ import annotations

from dataclasses import replace

from asn1crypto import cms

from signing.verification.cms.signers import CHANGED, encapsulated_content, signed_attributes
from signing.verification.facts import Content, SignatureFacts, Sub
from signing.verification.pdf.fields import PdfSignature
from signing.verification.pdf.ranges import ByteRange

PADES = "ETSI.CAdES.detached"
#: The CMS holds the SHA-1 of the document instead of being detached (ISO 32000-1 12.8.3.3.1).
PKCS7_SHA1 = "adbe.pkcs7.sha1"
_COMMITMENT = "1.2.840.113549.1.9.16.2.16"


def signed_data_in(contents: bytes) -> cms.SignedData | None:
    """None for what is not a signed CMS; the zeros that fill the hexadecimal string are passed over."""
    try:
        content_info = cms.ContentInfo.load(contents)
        signed_data = (
            content_info["content"] if content_info["content_type"].native == "signed_data" else None
        )
    except (ValueError, TypeError, KeyError):
        return None
    return signed_data


def signature_values(contents: bytes) -> list[bytes]:
    try:
        signed_data = signed_data_in(contents)
        return (
            [bytes(signer["signature"].native) for signer in signed_data["signer_infos"]]
            if signed_data
            else []
        )
    except (ValueError, TypeError, KeyError):
        return []


def signed_content(part: PdfSignature, byte_range: ByteRange, signed_data: cms.SignedData) -> Content:
    """What the digest of the CMS is of: the bytes around it, or by the old way the digest that it holds."""
    if part.sub_filter == PKCS7_SHA1:
        return Content.of("", encapsulated_content(signed_data) or b"")
    return byte_range.content()


def compare_inner_digest(
    facts: SignatureFacts, signed_data: cms.SignedData, byte_range: ByteRange
) -> SignatureFacts:
    if encapsulated_content(signed_data) == byte_range.digest("sha1"):
        return facts
    return replace(facts, intact=False, broken=Sub.HASH_FAILURE, why=CHANGED)


def profile_problem(part: PdfSignature, signed_data: cms.SignedData) -> str:
    """French sentence on the first rule of the PDF side that is broken; "" when none is."""
    if part.sub_filter != PADES:
        name = part.sub_filter or "sans nom"
        return f"La signature est d'un format propre au PDF ({name}), antérieur à PAdES."
    if encapsulated_content(signed_data) is not None:
        return "La signature contient un document, au lieu de porter seulement sur celui qui la contient."
    if len(signed_data["signer_infos"]) > 1:
        return "La signature a plusieurs signataires dans un même champ."
    if not part.has_date:
        return "La signature ne porte pas de date (entrée M du PDF)."
    if part.has_reason and _states_commitment(signed_data):
        return "La signature dit son motif deux fois (entrée Reason et attribut commitment-type-indication)."
    return ""


def _states_commitment(signed_data: cms.SignedData) -> bool:
    """Clause 5.3: a Reason entry shall not stand beside the attribute that says the same."""
    return any(_COMMITMENT in signed_attributes(signer_info) for signer_info in signed_data["signer_infos"])
