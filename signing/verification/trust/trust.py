"""Whom to trust, and what that says of one signature: the times that are proved, then the signer's certificate.

One algorithm for every format (EN 319 102-1 clauses 5.5 and 5.6, in the order of the past): the latest time stamp is
judged today, each earlier one at the time that a later one proves, the signer's certificate at the earliest time
proved, or today when nothing proves any.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from asn1crypto import x509

from procurement.calendars import format_moment
from procurement.network.fetching import Fetcher
from signing.verification.certificates import describe
from signing.verification.cms.stamps import NAMES
from signing.verification.facts import SignatureFacts, StampFacts, StampKind, TrustFacts
from signing.verification.trust import revocation, trusted_lists
from signing.verification.trust.paths import Anchors, PathFacts, Usage, judge_certificate
from signing.verification.trust.revocation import RevocationData
from signing.verification.trust.trust_store import TrustStore
from signing.verification.trust.trusted_lists import ListAnchors

__all__ = ["TrustStore", "assess", "assess_stamp"]

logger = logging.getLogger(__name__)

#: Certificates that one signature may bring.
MAX_CERTIFICATES = 100
MAX_CHAIN = 10
#: Time stamps judged for one signature, the latest first.
MAX_STAMPS = 100
#: A token may be a little ahead of our own clock.
CLOCKS_DIFFER = timedelta(minutes=5)
UNKNOWN_AUTHORITY = "NO_CERTIFICATE_CHAIN_FOUND"
#: Stamps over the signature value, so that it existed then; those of the content say nothing of it.
_OVER_SIGNATURE = frozenset(set(StampKind) - {StampKind.CONTENT, StampKind.TOKEN})
#: Stamps over the tokens that came before: those prove when the earlier tokens existed.
_OVER_STAMPS = frozenset({StampKind.ARCHIVE, StampKind.DOCUMENT, StampKind.REFERENCES})
_REASONS = {
    UNKNOWN_AUTHORITY: "l'autorité d'horodatage n'est pas connue de la plateforme",
    "TRY_LATER": "l'état de révocation du certificat de l'autorité d'horodatage n'est pas connu",
    "REVOKED": "le certificat de l'autorité d'horodatage était révoqué",
    "OUT_OF_BOUNDS_NO_POE": "le certificat de l'autorité d'horodatage a expiré sans qu'une preuve le prolonge",
    "CHAIN_CONSTRAINTS_FAILURE": "le certificat de l'émetteur n'est pas fait pour l'horodatage",
    "TIMESTAMP_ORDER_FAILURE": "il porte une date à venir",
}
_OTHERWISE = "le certificat de l'autorité d'horodatage n'a pas pu être validé"


@dataclass(frozen=True, slots=True, kw_only=True)
class StampTrust:
    """Trust in one time stamp: `why_not` is "" for a trusted one, otherwise a sub-indication of EN 319 102-1."""

    stamp: StampFacts
    why_not: str
    is_qualified: bool | None = None
    #: French sentence, "" for a trusted one.
    note: str = ""

    @property
    def is_trusted(self) -> bool:
        return not self.why_not


def assess(
    facts: SignatureFacts, *, store: TrustStore, now: datetime, fetcher: Fetcher | None = None
) -> TrustFacts:
    """Never raises, whatever the certificates hold. `fetcher` reads revocation where the certificates say."""
    try:
        return _assess(facts, store, now, fetcher)
    except Exception as error:  # noqa: BLE001  what breaks here is a fact like another
        logger.info("Trust not assessed: %s", type(error).__name__)
        return TrustFacts(why_not="CERTIFICATE_CHAIN_GENERAL_FAILURE")


def assess_stamp(
    stamp: StampFacts, *, store: TrustStore, now: datetime, fetcher: Fetcher | None = None
) -> str:
    """A stamp that belongs to no signature: why it is not trusted, in French, or "" for a trusted one. Never raises."""
    if stamp.problem:
        return stamp.message or f"{NAMES[stamp.kind]} n'est pas retenu."
    try:
        (found,) = _judge_stamps([stamp], _Judge(store=store, now=now, fetcher=fetcher))
    except Exception as error:  # noqa: BLE001  a stamp without a date, or what a hostile certificate provokes
        logger.info("Time stamp not assessed: %s", type(error).__name__)
        return f"{_named(stamp)} n'est pas retenu\u00a0: {_OTHERWISE}."
    return found.note


def _assess(facts: SignatureFacts, store: TrustStore, now: datetime, fetcher: Fetcher | None) -> TrustFacts:
    judge = _Judge(
        store=store,
        now=now,
        fetcher=fetcher,
        certificates=_load_all(facts.certificates),
        revocation=RevocationData.of(facts.crls, facts.ocsps),
    )
    stamps = _judge_stamps(facts.stamps, judge)
    proof = _earliest_proof(stamps)
    proved_at = proof.stamp.at if proof is not None else None
    found = TrustFacts(
        proved_at=proved_at,
        proved_by=proof.stamp.issuer if proof is not None else "",
        is_time_qualified=proof.is_qualified if proof is not None else None,
        stamp_notes=tuple(stamp.note for stamp in stamps if stamp.note),
    )
    certificate = _load(facts.certificate)
    if certificate is None:
        return replace(found, why_not="NO_SIGNING_CERTIFICATE_FOUND")
    at = proved_at or now
    signer = judge.judge(certificate, at=at, usage=Usage.SIGNATURE)
    category = trusted_lists.categorise(signer.path, store.lists, at=at)
    return replace(
        found,
        why_not=_at_best(signer, facts, proved_at),
        is_unrevoked=signer.is_unrevoked,
        is_qualified=category.is_qualified,
        category=category.sentence,
    )


def _at_best(signer: PathFacts, facts: SignatureFacts, proved_at: datetime | None) -> str:
    """What is wrong with the signer's certificate, in the words that suit what is known of the time.

    A time stamp proves that the signature is not later. That it is not earlier, so that it was really made with a
    revoked certificate, is known from the signer alone: otherwise EN 319 102-1 5.5.4 leaves the question open.
    """
    if signer.why_not == "REVOKED":
        declared, revoked = facts.declared_at, signer.revoked_at
        is_later = declared is not None and revoked is not None and declared >= revoked
        return "REVOKED" if is_later else "REVOKED_NO_POE"
    if signer.why_not == "NOT_YET_VALID" and proved_at is None:
        return "OUT_OF_BOUNDS_NO_POE"
    return signer.why_not


# --- Time stamps -------------------------------------------------------------------------------------------------
def _judge_stamps(stamps: Iterable[StampFacts], judge: _Judge) -> list[StampTrust]:
    """From the latest to the earliest, those without a problem."""
    found: list[StampTrust] = []
    whole = [(stamp.at, stamp) for stamp in stamps if not stamp.problem and stamp.at is not None]
    for at, stamp in sorted(whole, key=lambda pair: pair[0], reverse=True)[:MAX_STAMPS]:
        covering = (
            later.stamp.at
            for later in found
            if later.is_trusted and later.stamp.kind in _OVER_STAMPS and later.stamp.at is not None
        )
        control = min(covering, default=judge.now)
        found.append(_judge_stamp(stamp, at, control, judge))
    return found


def _judge_stamp(stamp: StampFacts, at: datetime, control: datetime, judge: _Judge) -> StampTrust:
    certificate = _load(stamp.certificate)
    if at > control + CLOCKS_DIFFER:
        why_not, path = "TIMESTAMP_ORDER_FAILURE", None
    elif certificate is None:
        why_not, path = UNKNOWN_AUTHORITY, None
    else:
        others = _load_all(stamp.certificates)
        facts = judge.judge(certificate, at=control, usage=Usage.TIME_STAMP, others=others)
        # Expired at the control time, the authority cannot say; before its certificate began it could not have.
        if not facts.why_not and at < certificate.not_valid_before:
            facts = replace(facts, why_not="NOT_YET_VALID")
        why_not, path = facts.why_not, facts.path
    if why_not:
        reason = _REASONS.get(why_not, _OTHERWISE)
        return StampTrust(
            stamp=stamp, why_not=why_not, note=f"{_named(stamp)} n'est pas retenu\u00a0: {reason}."
        )
    is_qualified = trusted_lists.is_time_qualified(path, judge.store.lists, at=at)
    return StampTrust(stamp=stamp, why_not="", is_qualified=is_qualified)


def _named(stamp: StampFacts) -> str:
    """« L'horodatage de la signature du lundi 2 mars 2026 à 10 h 00 (heure de Paris) »."""
    return f"{NAMES[stamp.kind]} du {format_moment(stamp.at)}" if stamp.at else NAMES[stamp.kind]


def _earliest_proof(stamps: Iterable[StampTrust]) -> StampTrust | None:
    proofs = [
        (found.stamp.at, found)
        for found in stamps
        if found.is_trusted and found.stamp.kind in _OVER_SIGNATURE and found.stamp.at is not None
    ]
    return min(proofs, key=lambda pair: pair[0])[1] if proofs else None


# --- Certificates ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    """All that is at hand for the certificates of one signature."""

    store: TrustStore
    now: datetime
    fetcher: Fetcher | None
    certificates: tuple[x509.Certificate, ...] = ()
    revocation: RevocationData = field(default_factory=RevocationData)

    def judge(
        self,
        certificate: x509.Certificate,
        *,
        at: datetime,
        usage: Usage,
        others: Iterable[x509.Certificate] = (),
    ) -> PathFacts:
        """At `at`; or today when the certificate is good today, since it then was at `at` too (EN 319 102-1 5.3).

        Today's answers come from responders whose own certificate may be younger than `at`.
        """
        if self.store.is_empty:
            return PathFacts(why_not=UNKNOWN_AUTHORITY)
        anchors = Anchors.of(self.store.asn1_roots, *(ListAnchors(found, at) for found in self.store.lists))
        known = (*self.certificates, *others)
        chain = chain_of(certificate, known, anchors)
        at_hand = self.store.revocation + self.revocation
        if self.fetcher is not None and len(chain) > 1:
            at_hand += revocation.fetch(chain, fetcher=self.fetcher, now=self.now)
        judged = partial(
            judge_certificate,
            certificate,
            usage=usage,
            anchors=anchors,
            others=(*known, *chain[1:]),  # revocation lists are looked for by their issuer: the anchor is one
            revocation=at_hand.about(chain),
        )
        if at < self.now <= certificate.not_valid_after:
            today = judged(at=self.now)
            if not today.why_not and today.began_before(at):
                return today
        return judged(at=at)


def chain_of(
    certificate: x509.Certificate, known: Sequence[x509.Certificate], anchors: Anchors
) -> list[x509.Certificate]:
    """The certificate, then its issuers by name and key, as far as they are at hand; nothing is verified here."""
    chain = [certificate]
    while len(chain) < MAX_CHAIN:
        last = chain[-1]
        anchor = anchors.certificate_of_issuer(last)
        if anchor is not None:
            return chain if anchor == last else [*chain, anchor]
        issuer = next(
            (other for other in known if _may_have_issued(other, last) and other not in chain), None
        )
        if issuer is None:
            break
        chain.append(issuer)
    return chain


def _may_have_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer:
        return False
    key = certificate.authority_key_identifier
    return key is None or issuer.key_identifier is None or issuer.key_identifier == key


def _load(der: bytes | None) -> x509.Certificate | None:
    """None for what cannot be read whole."""
    if der is None or describe(der).not_after is None:
        return None
    return x509.Certificate.load(der)


def _load_all(found: Iterable[bytes]) -> tuple[x509.Certificate, ...]:
    loaded = (_load(der) for der in list(dict.fromkeys(found))[:MAX_CERTIFICATES])
    return tuple(certificate for certificate in loaded if certificate is not None)
