from signing.models.reports import SignatureReport
from signing.models.timestamps import AuthorityClock, TimestampToken

__all__ = ["AuthorityClock", "SignatureReport", "TimestampToken"]
