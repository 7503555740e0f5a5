from signing.models.clock import ClockReading
from signing.models.evidence import Checkpoint, Evidence, EvidenceKind, EvidenceView
from signing.models.reports import SignatureCheck
from signing.models.timestamps import AuthorityClock, ExternalToken, TimestampToken

__all__ = [
    "AuthorityClock",
    "Checkpoint",
    "ClockReading",
    "Evidence",
    "EvidenceKind",
    "EvidenceView",
    "ExternalToken",
    "SignatureCheck",
    "TimestampToken",
]
