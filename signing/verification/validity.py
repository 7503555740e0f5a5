"""The times that are known of a signature, and whether they lie in the life of its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing.verification.certificates import CertificateFacts
from signing.verification.facts import SignatureFacts, StampKind, TrustFacts
from signing.verification.reports import TimeSource


@dataclass(frozen=True, slots=True)
class KnownTimes:
    #: By a trusted time stamp.
    proved_at: datetime | None
    #: The earliest intact time stamp over the signature, whoever issued it.
    stamped_at: datetime | None
    declared_at: datetime | None

    @property
    def best(self) -> tuple[TimeSource, datetime | None]:
        times = (
            (TimeSource.TRUSTED_TIMESTAMP, self.proved_at),
            (TimeSource.TIMESTAMP, self.stamped_at),
            (TimeSource.DECLARED, self.declared_at),
        )
        return next(((source, at) for source, at in times if at is not None), (TimeSource.NONE, None))

    @property
    def all(self) -> tuple[datetime, ...]:
        times = (self.proved_at, self.stamped_at, self.declared_at)
        return tuple(moment for moment in times if moment is not None)


def known_times(facts: SignatureFacts, trust: TrustFacts) -> KnownTimes:
    stamped = [
        stamp.at
        for stamp in facts.stamps
        if stamp.kind is StampKind.SIGNATURE and not stamp.problem and stamp.at is not None
    ]
    return KnownTimes(
        proved_at=trust.proved_at, stamped_at=min(stamped, default=None), declared_at=facts.declared_at
    )


def is_within_life(
    facts: SignatureFacts, trust: TrustFacts, certificate: CertificateFacts, now: datetime
) -> bool | None:
    """Whether every time we know of the signature lies in the certificate's life; None when only proof is missing.

    A proved time alone is not asked twice: pyHanko accepts a signature stamped after the certificate's end, since
    it only compares the beginning. Without any proof the signature may have been made a minute ago: `now` counts.
    """
    begins, ends = certificate.not_before, certificate.not_after
    if begins is None or ends is None:
        return False
    times = known_times(facts, trust)
    if not all(begins <= moment <= ends for moment in times.all):
        return False
    return True if times.proved_at or begins <= now <= ends else None
