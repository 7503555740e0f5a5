"""pyHanko as a judge of what we seal, with its own reading of the standards."""

import asyncio
import io
from collections.abc import Iterable
from datetime import datetime

import time_machine
from asn1crypto import x509 as asn1_x509
from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import AdESLTAValidationResult, ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

OFFLINE = RevocationInfoGatheringSpec(
    online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
    certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
)


def long_term(
    pdf: bytes,
    at: datetime,
    roots: Iterable[x509.Certificate],
    crls: Iterable[x509.CertificateRevocationList],
) -> AdESLTAValidationResult:
    """EN 319 102-1 5.6 at the instant `at`; every certificate must be proved not revoked."""
    anchors = [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER)) for root in roots]
    lists = [CertificateList.load(crl.public_bytes(Encoding.DER)) for crl in crls]
    spec = SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=anchors),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        ),
        revinfo_gathering_policy=OFFLINE,
        local_knowledge=LocalKnowledge(known_crls=[CRLContainer(each) for each in lists]),
    )
    timing = ValidationTimingInfo(at, at, point_in_time_validation=False)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    with time_machine.travel(at):  # past validation begins at the machine's date, whatever `timing` says
        return asyncio.run(ades_lta_validation(signature, PdfSignatureValidationSpec(spec), timing))
