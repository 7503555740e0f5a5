"""Check the signatures of a document that somebody else made. Never an exception: only verdicts.

pyHanko raises KeyError, ValueError and others on real files; what it cannot finish is said to be undetermined,
and a signature is passed only when every check of our own rules agrees with it (signing.rules).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asgiref.sync import async_to_sync
from cryptography import x509

from signing.rules import Facts, judge
from signing.verdicts import SignatureVerdict

#: Signed documents are acts, not plans: above this size the check is left to another tool.
MAX_BYTES = 100 * 1024 * 1024


def verify_pdf(
    data: bytes,
    *,
    now: datetime,
    trust_roots: Sequence[x509.Certificate] = (),
    crls: Sequence[x509.CertificateRevocationList] = (),
) -> list[SignatureVerdict]:
    """One verdict for each signature of a PDF, in the order of the document; none when it is not signed.

    Nothing is fetched. Without `trust_roots` the best verdict is INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND. `crls`
    are revocation lists of the day, which long-term validation asks for the last timestamp: for our own seals,
    `authority.root_certificate` and `authority.crl` of `ensure_authority(…, now)`.
    """
    if b"%PDF-" not in data[:1024]:
        return []
    if len(data) > MAX_BYTES:
        return [judge(Facts(field="", broken="GENERIC"), now=now)] if b"/ByteRange" in data else []
    from signing import pdf_signatures

    found = async_to_sync(pdf_signatures.read_facts)(data, now=now, trust_roots=trust_roots, crls=crls)
    return [judge(facts, now=now) for facts in found]
