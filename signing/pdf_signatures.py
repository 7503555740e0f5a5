"""What pyHanko finds in a signed PDF, as plain facts; `signing.verify` is the door."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from asn1crypto import x509 as asn1_x509
from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades import qualified_asn1  # noqa: F401  teaches asn1crypto the QcStatements extension
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.ades import (
    AdESBasicValidationResult,
    AdESWithTimeValidationResult,
    ades_basic_validation,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from signing.rules import PADES, PKCS7, TRUSTED, Changes, Facts

logger = logging.getLogger(__name__)
# pyHanko's warnings carry the names and addresses of signers, with a traceback: they stay out of the log.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

#: A document with more signatures, or a longer check, is not finished: the rest is undetermined.
MAX_SIGNATURES = 50
MAX_SECONDS = 30
OFFLINE = RevocationInfoGatheringSpec(
    online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
    certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
)


async def read_facts(
    data: bytes,
    *,
    now: datetime,
    trust_roots: Sequence[x509.Certificate],
    crls: Sequence[x509.CertificateRevocationList],
) -> list[Facts]:
    roots = [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER)) for root in trust_roots]
    known_crls = [CertificateList.load(crl.public_bytes(Encoding.DER)) for crl in crls]
    try:
        document = _Document(PdfFileReader(io.BytesIO(data), strict=False), roots, known_crls, now)
        fields = document.signature_fields
    except Exception as error:  # noqa: BLE001  whatever a hostile file provokes is a verdict
        logger.info("PDF not readable for a signature check: %s", type(error).__name__)
        return [Facts(field="", broken="GENERIC")] if b"/ByteRange" in data else []
    end = time.monotonic() + MAX_SECONDS
    found: list[Facts] = []
    for name, field in fields:
        if len(found) >= MAX_SIGNATURES or time.monotonic() > end:
            found.append(Facts(field=name, broken="GENERIC"))
        else:
            found.append(await _examine(document, name, field))
    return found


async def _examine(document: _Document, name: str, field: Any) -> Facts:
    facts = Facts(field=name)
    try:
        signature = _open(document, name, field)
        facts = _describe(facts, signature, document)
        facts = _add_integrity(facts, await _integrity(signature, document))
        if document.roots:
            facts = await _add_trust(facts, signature, document)
    except (SignatureValidationError, CMSExtractionError, PdfError) as error:
        logger.info("Malformed signature: %s", type(error).__name__)
        return replace(facts, broken="FORMAT_FAILURE")
    except Exception as error:  # noqa: BLE001  pyHanko raises KeyError, ValueError, AssertionError... on real files
        logger.info("Signature check not finished: %s", type(error).__name__)
        return replace(facts, broken="GENERIC")
    return facts


@dataclass(frozen=True)
class _Document:
    reader: PdfFileReader
    roots: list[asn1_x509.Certificate]
    crls: list[CertificateList]
    now: datetime

    @cached_property
    def _filled(self) -> list[tuple[str, Any, Any]]:
        return list(enumerate_sig_fields(self.reader, filled_status=True))

    @cached_property
    def signature_fields(self) -> list[tuple[str, Any]]:
        """Name and field of each signature; document timestamps are proofs of others, not signatures."""
        return [(name, field) for name, value, field in self._filled if not _is_timestamp(value.get_object())]

    @cached_property
    def last_timestamped_revision(self) -> int:
        revisions = [
            self.reader.xrefs.get_last_change(field.get_object().raw_get("/V").reference)
            for _, value, field in self._filled
            if _is_timestamp(value.get_object())
        ]
        return max(revisions, default=-1)

    @cached_property
    def knowledge(self) -> LocalKnowledge:
        """The certificates and revocation data that the document carries for its own defence, and ours."""
        ours = [CRLContainer(crl) for crl in self.crls]
        store = self.store
        if store is None:
            return LocalKnowledge(known_crls=ours)
        crls = [CertificateList.load(crl.get_object().data) for crl in store.crls]
        responses = [OCSPResponse.load(response.get_object().data) for response in store.ocsps]
        return LocalKnowledge(
            known_certs=list(store.load_certs()),
            known_crls=[*ours, *(CRLContainer(crl) for crl in crls)],
            known_ocsps=[part for response in responses for part in OCSPContainer.load_multi(response)],
        )

    @cached_property
    def store(self) -> DocumentSecurityStore | None:
        try:
            return DocumentSecurityStore.read_dss(self.reader)
        except ValidationInfoReadingError:
            return None


def _is_timestamp(value: Any) -> bool:
    kinds = {value.get("/Type"), value.get("/SubFilter")}
    return not kinds.isdisjoint({"/DocTimeStamp", SigSeedSubFilter.ETSI_RFC3161.value})


def _open(document: _Document, name: str, field: Any) -> EmbeddedPdfSignature:
    try:
        return EmbeddedPdfSignature(document.reader, field, name)
    except (ValueError, TypeError, AssertionError) as error:
        raise SignatureValidationError("The signature's own structure cannot be read") from error


# --- What the signature says ----------------------------------------------------------------------------------
def _describe(facts: Facts, signature: EmbeddedPdfSignature, document: _Document) -> Facts:
    certificate = signature.signer_cert
    format_ = PADES if signature.sig_object.get("/SubFilter") == SigSeedSubFilter.PADES.value else PKCS7
    return replace(
        facts,
        signer=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
        format=format_,
        level=_level(signature, document) if format_ == PADES else format_,
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        declares_qualified=_declares_qualified(certificate),
        declared_at=_declared_time(signature),
    )


def _common_name(name: asn1_x509.Name) -> str:
    common = name.native.get("common_name") or name.human_friendly
    return str(common[-1] if isinstance(common, list) else common)


def _level(signature: EmbeddedPdfSignature, document: _Document) -> str:
    """The PAdES level that the material present allows (EN 319 142-1 clause 6), proved or not."""
    if not _has_timestamp(signature):
        return f"{PADES}-B-B"
    if document.store is None or not (document.store.crls or document.store.ocsps):
        return f"{PADES}-B-T"
    if document.last_timestamped_revision <= signature.signed_revision:
        return f"{PADES}-B-LT"
    return f"{PADES}-B-LTA"


def _has_timestamp(signature: EmbeddedPdfSignature) -> bool:
    attributes = signature.signer_info["unsigned_attrs"]
    return any(attribute["type"].native == "signature_time_stamp_token" for attribute in attributes)


def _declares_qualified(certificate: asn1_x509.Certificate) -> bool:
    """QcCompliance of EN 319 412-5: the certificate's own word."""
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].native == "qc_statements":
            return any(
                part["statement_id"].native == "qc_compliance" for part in extension["extn_value"].parsed
            )
    return False


def _declared_time(signature: EmbeddedPdfSignature) -> datetime | None:
    try:
        declared = signature.self_reported_timestamp
    except PdfError:  # a date that is not one
        return None
    if declared is not None and declared.tzinfo is None:
        return declared.replace(tzinfo=UTC)
    return declared


# --- Is it the document that was signed? ----------------------------------------------------------------------
async def _integrity(signature: EmbeddedPdfSignature, document: _Document) -> PdfSignatureStatus:
    """pyHanko's own status; where its comparison of revisions fails, the status without that comparison."""
    context = ValidationContext(trust_roots=document.roots, allow_fetching=False, moment=document.now)
    try:
        return await async_validate_pdf_signature(signature, context)
    except SignatureValidationError:
        raise
    except Exception as error:  # noqa: BLE001  KeyError on documents whose proofs were rearranged
        logger.info("Revisions not comparable: %s", type(error).__name__)
        return await async_validate_pdf_signature(signature, context, skip_diff=True)


def _add_integrity(facts: Facts, status: PdfSignatureStatus) -> Facts:
    stamp = status.timestamp_validity
    return replace(
        facts,
        intact=status.intact,
        authentic=status.valid,
        changes=_changes(status),
        stamped_at=stamp.timestamp if stamp is not None and stamp.intact and stamp.valid else None,
    )


def _changes(status: PdfSignatureStatus) -> Changes:
    """A valid signature is not enough: what it covers and what came after decide (shadow attacks)."""
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Changes.NONE
    if status.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return Changes.FORBIDDEN
    if status.diff_result is None:
        return Changes.UNKNOWN
    if not status.docmdp_ok or status.modification_level > ModificationLevel.FORM_FILLING:
        return Changes.FORBIDDEN
    return Changes.FORM if status.modification_level is ModificationLevel.FORM_FILLING else Changes.PROOFS


# --- Who signed, and was the certificate good? ----------------------------------------------------------------
async def _add_trust(facts: Facts, signature: EmbeddedPdfSignature, document: _Document) -> Facts:
    """The best of the validations of EN 319 102-1 that suit the level: each refuses what suits another."""
    result = await _best_validation(facts.level, signature, document)
    # Where it could not validate the timestamp, pyHanko's best time is that of the machine's clock.
    proved = None
    if isinstance(result, AdESWithTimeValidationResult) and result.best_signature_time == facts.stamped_at:
        proved = facts.stamped_at
    trust = TRUSTED if result.ades_subindic is AdESPassed.OK else result.ades_subindic.standard_name
    return replace(facts, trust=trust, proved_at=proved)


async def _best_validation(
    level: str, signature: EmbeddedPdfSignature, document: _Document
) -> AdESBasicValidationResult[Any]:
    spec = SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=document.roots),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        ),
        revinfo_gathering_policy=OFFLINE,
        local_knowledge=document.knowledge,
    )
    timing = ValidationTimingInfo(
        validation_time=document.now, best_signature_time=document.now, point_in_time_validation=False
    )
    digest = signature.compute_digest()
    if not _has_timestamp(signature):
        return await ades_basic_validation(signature.signed_data, spec, timing_info=timing, raw_digest=digest)
    result = await ades_with_time_validation(
        signature.signed_data, spec, timing_info=timing, raw_digest=digest
    )
    if level.endswith("-LTA"):
        archival = await ades_lta_validation(signature, PdfSignatureValidationSpec(spec), timing_info=timing)
        if archival.ades_subindic is AdESPassed.OK:
            return archival
    return result
