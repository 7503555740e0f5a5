"""A seal whose key never leaves a PKCS#11 token: a security module, a smart card, or SoftHSM."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, Mechanism, ObjectClass, PKCS11Error, Session, SignMixin

from signing.sealing.keys.seal_key import Origin, SealKey, SealUnavailable, chain_of, checked


@dataclass(frozen=True, kw_only=True)
class Token:
    """`module` is the path of the maker's library; key and certificate share the label `label`."""

    module: str
    token: str
    label: str
    pin: str = field(repr=False)

    def open(self, issuers: Sequence[x509.Certificate] = ()) -> SealKey:
        """A session that lasts as long as the key is used. Raises SealUnavailable."""
        try:
            session = _session(self)
            certificate = next(_certificates(session, self.label), None)
            if certificate is None:
                raise SealUnavailable("Le module PKCS#11 ne contient pas le certificat du cachet.")
            carried = list(_certificates(session))
            private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self.label)
        except (PKCS11Error, RuntimeError, OSError, ValueError) as error:
            raise SealUnavailable("Le module PKCS#11 du cachet ne répond pas.") from error
        if not isinstance(private, SignMixin):
            raise SealUnavailable("La clé du cachet que contient le module PKCS#11 ne sait pas signer.")
        is_rsa = isinstance(certificate.public_key(), RSAPublicKey)

        def sign(message: bytes) -> bytes:
            try:
                if is_rsa:
                    return bytes(private.sign(message, mechanism=Mechanism.SHA256_RSA_PKCS))
                # The raw mechanism: many tokens do not digest by themselves for ECDSA.
                return _der(private.sign(hashlib.sha256(message).digest(), mechanism=Mechanism.ECDSA))
            except (PKCS11Error, RuntimeError, ValueError) as error:
                raise SealUnavailable("Le module PKCS#11 du cachet ne répond plus.") from error

        chain = chain_of(certificate, [*carried, *issuers])
        return checked(SealKey(origin=Origin.PKCS11, certificate=certificate, chain=chain, sign=sign))


def _session(place: Token) -> Session:
    library = pkcs11.lib(place.module)
    # A library that was already in use belongs to another process before a fork, or to a session that failed.
    library.reinitialize()
    return library.get_token(token_label=place.token).open(user_pin=place.pin)


def _certificates(session: Session, label: str | None = None) -> Iterator[x509.Certificate]:
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE} | ({} if label is None else {Attribute.LABEL: label})
    for found in list(session.get_objects(wanted)):
        yield x509.load_der_x509_certificate(found[Attribute.VALUE])


def _der(signature: bytes) -> bytes:
    """PKCS#11 gives r and s side by side, CMS wants a SEQUENCE of them."""
    half = len(signature) // 2
    return encode_dss_signature(
        int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    )
