"""Time stamps given as files (.tsr, .tst), alone or beside what they cover (RFC 3161)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from asn1crypto import core, parser, tsp

from signing.verification.cms.algorithms import UnknownAlgorithm
from signing.verification.cms.armour import certificates_in_pem, open_armour
from signing.verification.cms.stamps import imprint_of, read_stamp, signed_data_of, tst_info
from signing.verification.facts import Content, FileFacts, Format, StampFacts, StampKind, Sub

logger = logging.getLogger(__name__)

#: PEM chains and requests are small; a larger file is a document.
_MAX_COMPANION = 256 * 1024
_GRANTED = 1  # 0 granted, 1 granted with modifications

UNREADABLE = "Le fichier n'est pas un horodatage lisible (RFC 3161)."
OTHER_DOCUMENT = "Le jeton d'horodatage porte sur un autre document que celui qui l'accompagne."


def read_token(
    data: bytes, contents: Sequence[Content], extra_certificates: Iterable[bytes] = ()
) -> FileFacts:
    """The facts of a TimeStampResp or TimeStampToken. Never raises.

    `contents` are files beside it: documents, the TimeStampReq that asked for it, PEM chains; each is recognised
    by what it holds. A refused request is a file without a stamp, whose problem says what the authority answered.
    """
    try:
        return _read(data, contents, extra_certificates)
    except Exception as error:  # noqa: BLE001  whatever a hostile file provokes is a fact like another
        logger.info("Time stamp not readable: %s", type(error).__name__)
        return FileFacts(format=Format.TIMESTAMP, broken=Sub.GENERIC, problems=(UNREADABLE,))


def _read(data: bytes, contents: Sequence[Content], extra_certificates: Iterable[bytes]) -> FileFacts:
    opened = open_armour(data)
    if opened is None:
        return FileFacts(format=Format.TIMESTAMP, broken=Sub.FORMAT_FAILURE, problems=(UNREADABLE,))
    token, refusal = split_response(opened.der)
    if token is None:
        return FileFacts(format=Format.TIMESTAMP, broken=Sub.FORMAT_FAILURE, problems=(refusal,))
    companions = [(content, _companion(content)) for content in contents]
    chain = [certificate for _, (_, certificates) in companions for certificate in certificates]
    imprints = [imprint for _, (imprint, _) in companions if imprint is not None]
    covering = _imprint_among(token, imprints)
    stamp = read_stamp(token, StampKind.TOKEN, covering, [*extra_certificates, *chain])
    stamp = _say_other_document(stamp)
    return FileFacts(
        format=Format.TIMESTAMP, stamps=(stamp,), problems=(stamp.message,) if stamp.problem else ()
    )


def _say_other_document(stamp: StampFacts) -> StampFacts:
    return replace(stamp, message=OTHER_DOCUMENT) if stamp.problem == Sub.HASH_FAILURE else stamp


# --- The response ---------------------------------------------------------------------------------------------
def split_response(data: bytes) -> tuple[bytes | None, str]:
    """The token of a TimeStampResp (or of a token alone), or what the authority refused, in French.

    Read member by member: asn1crypto's TimeStampResp demands the token that a refusal has not. Raises ValueError,
    TypeError, KeyError or IndexError for what is neither.
    """
    members = _members(data)
    if members[0][0] == core.ObjectIdentifier.tag:
        return data, ""
    status = _members(members[0])
    granted = core.Integer.load(status[0]).native
    if granted <= _GRANTED and len(members) > 1:
        return members[1], ""
    return None, _refusal(status)


def _members(sequence: bytes) -> list[bytes]:
    """Members of a SEQUENCE, whole, whatever their tags."""
    contents = core.Sequence.load(sequence).contents
    found = []
    while contents:
        _, _, _, header, inner, trailer = parser.parse(contents)
        length = len(header) + len(inner) + len(trailer)
        found.append(contents[:length])
        contents = contents[length:]
    return found


def _refusal(status: list[bytes]) -> str:
    sentences = []
    for part in status[1:]:
        if part[0] == core.Sequence.tag | 0x20:
            sentences = [core.UTF8String.load(sentence).native for sentence in _members(part)]
    said = " ".join(sentences)[:200]
    answer = f"\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}{said}\N{NO-BREAK SPACE}»" if said else ""
    return f"L'autorité d'horodatage a refusé la demande{answer}. Aucun jeton n'a été émis."


# --- What stands beside ---------------------------------------------------------------------------------------
def _companion(content: Content) -> tuple[Callable[[str], bytes] | None, tuple[bytes, ...]]:
    """The digest of what the file stands for, or the certificates that it brings."""
    if content.size > _MAX_COMPANION:
        return content.digest, ()
    with content.open() as file:
        data = file.read(_MAX_COMPANION)
    if certificates := certificates_in_pem(data):
        return None, certificates
    return _requested(data) or content.digest, ()


def _requested(data: bytes) -> Callable[[str], bytes] | None:
    """The imprint of a TimeStampReq; None for any other file. By another algorithm it has none."""
    try:
        request = tsp.TimeStampReq.load(data, strict=True)
        algorithm, asked = imprint_of(request)
    except (ValueError, TypeError, KeyError, UnknownAlgorithm):
        return None
    return lambda name: asked if name == algorithm else b""


def _imprint_among(token: bytes, imprints: Sequence[Callable[[str], bytes]]) -> Callable[[str], bytes] | None:
    """The one that matches; else the only one there is. Among several, the right document may be missing."""
    algorithm, covered = imprint_of(tst_info(signed_data_of(token)))
    comparable = [imprint for imprint in imprints if imprint(algorithm)]
    for imprint in comparable:
        if imprint(algorithm) == covered:
            return imprint
    return comparable[0] if len(comparable) == 1 else None
