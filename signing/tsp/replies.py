"""Judge the answer of another authority before it is kept: nothing in it is believed for being well formed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.asn1.der_reading import SEQUENCE, Malformed, Reader
from signing.tsp.reading import (
    GRANTED,
    MAX_RESPONSE_BYTES,
    TimestampFacts,
    TimestampInvalid,
    Token,
    read_response,
)
from signing.tsp.signatures import Unit, check_signature, signer_of

#: An honest authority answers in seconds, and its clock and ours are right to the second.
MAX_DISTANCE = timedelta(minutes=5)
#: A chain has two to four certificates; an answer that brings more is not looked through.
_MAX_CERTIFICATES = 20
_SHOWN = 200


class ReplyRefused(TimestampInvalid):
    """La réponse de l'autorité d'horodatage n'est pas recevable. Rien n'en a été conservé."""

    code = "timestamp_reply_refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer must answer. `nonce` is its DER INTEGER; `policy` "" when none was asked."""

    digest: bytes
    nonce: bytes
    policy: str
    sent_at: datetime


def check_reply(reply: bytes, asked: Asked, anchors: Sequence[x509.Certificate]) -> TimestampFacts:
    """The facts of a TimeStampResp that answers `asked` and leads to an anchor. Raises ReplyRefused, in words."""
    try:
        token = _token(reply)
        _check_content(token.facts, asked)
        extra = tuple(anchor.public_bytes(Encoding.DER) for anchor in anchors)
        unit = signer_of(token, extra)
        check_signature(token, unit)
        _check_chain(token, unit, anchors)
    except ReplyRefused:
        raise
    except TimestampInvalid as error:
        raise ReplyRefused(str(error)) from error
    return token.facts


def _token(reply: bytes) -> Token:
    """RFC 3161 asks for DER within, not around: some authorities write the envelope in BER, here made DER first."""
    try:
        _check_status(reply)
        return read_response(reply)
    except TimestampInvalid as error:
        if not isinstance(error.__cause__, Malformed) or len(reply) > MAX_RESPONSE_BYTES:
            raise
    return read_response(_in_der(reply))


def _in_der(reply: bytes) -> bytes:
    try:
        return bytes(tsp.TimeStampResp.load(reply, strict=True).dump(force=True))
    except (
        Exception
    ) as error:  # asn1crypto's readers raise what Python raises: ValueError, KeyError, RecursionError…
        raise ReplyRefused("Ce n'est pas une réponse RFC 3161 lisible.") from error


def _check_status(reply: bytes) -> None:
    if len(reply) > MAX_RESPONSE_BYTES:
        raise ReplyRefused("La réponse est trop longue.")
    try:
        whole = Reader(reply)
        status = whole.enter(SEQUENCE).enter(SEQUENCE)
        whole.finish()
        granted = status.integer() in GRANTED
        words = "" if granted or not status.has(SEQUENCE) else _words(status.enter(SEQUENCE))
    except Malformed as error:
        raise ReplyRefused("Ce n'est pas une réponse RFC 3161 lisible.") from error
    if not granted:
        raise ReplyRefused(f"L'autorité a refusé\u00a0: {words or 'sans dire pourquoi'}.")


def _words(sentences: Reader) -> str:
    """PKIFreeText; whatever another machine wrote is cut and kept to printable characters."""
    texts = []
    while sentences.has(0x0C):
        texts.append(sentences.value(0x0C).decode(errors="replace"))
    return "".join(sign for sign in " ".join(texts) if sign.isprintable())[:_SHOWN].rstrip(".")


def _check_content(facts: TimestampFacts, asked: Asked) -> None:
    if (facts.algorithm, facts.digest) != ("sha256", asked.digest):
        raise ReplyRefused("Le jeton porte sur une autre empreinte que celle demandée.")
    if facts.nonce != asked.nonce:
        raise ReplyRefused("Le jeton ne répond pas à notre demande (nombre unique différent).")
    if asked.policy and facts.policy != asked.policy:
        raise ReplyRefused(f"Le jeton suit une autre politique ({facts.policy}) que celle demandée.")
    if abs(facts.gen_time - asked.sent_at) > MAX_DISTANCE:
        raise ReplyRefused("L'heure du jeton est trop éloignée de la nôtre.")


def _check_chain(token: Token, unit: Unit, anchors: Sequence[x509.Certificate]) -> None:
    """A path (RFC 5280 6) from the signer to an anchor, at the time of the token, without the network."""
    if unit.certificate in anchors:
        return
    if len(token.certificates) > _MAX_CERTIFICATES:
        raise ReplyRefused("Le jeton contient trop de certificats.")
    # Every process imports this module; few ever ask an outside authority.
    from pyhanko_certvalidator import CertificateValidator, ValidationContext

    try:
        context = ValidationContext(
            trust_roots=[_asn1(anchor) for anchor in anchors],
            other_certs=[asn1_x509.Certificate.load(each) for each in token.certificates],
            moment=token.facts.gen_time,
            best_signature_time=token.facts.gen_time,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        validator = CertificateValidator(_asn1(unit.certificate), validation_context=context)
        async_to_sync(validator.async_validate_usage)(
            key_usage=set(), extended_key_usage={"time_stamping"}, extended_optional=False
        )
    except Exception as error:  # the library has many errors, and not all are its own
        raise ReplyRefused(
            "Le certificat du jeton ne mène à aucun certificat de confiance de cette autorité."
        ) from error


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
