"""What was found about the signatures of files."""

from collections.abc import Iterable
from uuid import UUID

from signing.models import SignatureCheck


def list_checks(digests: Iterable[str]) -> list[SignatureCheck]:
    """Of the files of these SHA-256, the latest first."""
    return list(SignatureCheck.objects.filter(file_sha256__in=list(digests)).order_by("-checked_at", "-id"))


def find_check(checks: Iterable[SignatureCheck], file_sha256: str, together: UUID) -> SignatureCheck | None:
    """The latest of a file as it lay among others, otherwise one made of the file alone."""
    of_file = [check for check in checks if check.file_sha256 == file_sha256]
    for wanted in (together, None):
        for check in of_file:
            if check.together == wanted:
                return check
    return None


def is_checked(together: UUID) -> bool:
    return SignatureCheck.objects.filter(together=together).exists()
