"""What the rest of the platform asks about seals: make them, read ours, renew them in time.

Services of this app import `signing.services.sealing` and `signing.sealing.cades_reading`, which this module gathers.
"""

from __future__ import annotations

from signing.sealing.cades_reading import SealFacts, SealInvalid, is_canonical
from signing.sealing.cades_reading import verify as verify_detached
from signing.services.sealing import protected_until, renew_pdf, seal_detached, seal_pdf

__all__ = [
    "SealFacts",
    "SealInvalid",
    "is_canonical",
    "protected_until",
    "renew_pdf",
    "seal_detached",
    "seal_pdf",
    "verify_detached",
]
