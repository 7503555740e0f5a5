"""Algorithms as XML Signature names them: by address (RFC 9231, W3C XML Signature 1.1)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from signing.verification.cms.algorithms import Scheme, UnknownAlgorithm
from signing.verification.xml.names import algorithm_of, child, text_of

_DS = "http://www.w3.org/2000/09/xmldsig#"
_DS_11 = "http://www.w3.org/2009/xmldsig11#"
_ENC = "http://www.w3.org/2001/04/xmlenc#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_07 = "http://www.w3.org/2007/05/xmldsig-more#"
_MORE_21 = "http://www.w3.org/2021/04/xmldsig-more#"

#: Address -> hashlib's name.
_DIGESTS = {
    f"{_DS}sha1": "sha1",
    f"{_MORE}sha224": "sha224",
    f"{_ENC}sha256": "sha256",
    f"{_MORE}sha384": "sha384",
    f"{_ENC}sha512": "sha512",
    f"{_MORE_07}sha3-224": "sha3_224",
    f"{_MORE_07}sha3-256": "sha3_256",
    f"{_MORE_07}sha3-384": "sha3_384",
    f"{_MORE_07}sha3-512": "sha3_512",
}
_SHA_2 = ("sha224", "sha256", "sha384", "sha512")
_SHA_3 = ("sha3-224", "sha3-256", "sha3-384", "sha3-512")
#: PSS with a mask of the same digest and a salt of its length (RFC 9231 2.3.10); bytes.
_SIZES = {"sha1": 20, "224": 28, "256": 32, "384": 48, "512": 64}

_SCHEMES = {
    f"{_DS}rsa-sha1": Scheme("rsa", "sha1"),
    f"{_DS}dsa-sha1": Scheme("dsa-plain", "sha1"),
    f"{_DS_11}dsa-sha256": Scheme("dsa-plain", "sha256"),
    **{f"{_MORE}rsa-{name}": Scheme("rsa", name) for name in _SHA_2},
    **{f"{_MORE}ecdsa-{name}": Scheme("ecdsa-plain", name) for name in ("sha1", *_SHA_2)},
    **{f"{_MORE_21}ecdsa-{name}": Scheme("ecdsa-plain", name.replace("-", "_")) for name in _SHA_3},
    f"{_MORE_21}eddsa-ed25519": Scheme("eddsa", "sha512"),
    f"{_MORE_21}eddsa-ed448": Scheme("eddsa", "sha512"),
}
_PSS = f"{_MORE_07}rsa-pss"

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N_11 = "http://www.w3.org/2006/12/xml-c14n11"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_WITH_COMMENTS = "WithComments"


@dataclass(frozen=True, slots=True)
class Canonicalization:
    """A version of Canonical XML. `prefixes` are those that exclusive canonicalization treats like inclusive."""

    exclusive: bool = False
    version_11: bool = False
    comments: bool = False
    prefixes: frozenset[str] = frozenset()


#: What a node set is turned into bytes with where nothing is said (XML Signature 4.4.3.2).
DEFAULT_C14N = Canonicalization()

_CANONICALIZATIONS = {
    C14N: Canonicalization(),
    f"{C14N}#{_WITH_COMMENTS}": Canonicalization(comments=True),
    C14N_11: Canonicalization(version_11=True),
    f"{C14N_11}#{_WITH_COMMENTS}": Canonicalization(version_11=True, comments=True),
    EXCLUSIVE_C14N: Canonicalization(exclusive=True),
    f"{EXCLUSIVE_C14N}{_WITH_COMMENTS}": Canonicalization(exclusive=True, comments=True),
}


def digest_name(uri: str) -> str:
    """hashlib's name. Raises UnknownAlgorithm."""
    try:
        return _DIGESTS[uri]
    except KeyError:
        raise UnknownAlgorithm(uri) from None


def signature_scheme(method: etree._Element) -> Scheme:
    """The scheme of a ds:SignatureMethod. Raises UnknownAlgorithm, for HMAC too: a shared key signs nothing."""
    uri = algorithm_of(method)
    if uri == _PSS:
        return _pss(method)
    if uri.startswith(_MORE_07) and uri.endswith("-rsa-MGF1"):
        return _pss_by_name(uri.removeprefix(_MORE_07).removesuffix("-rsa-MGF1"))
    try:
        return _SCHEMES[uri]
    except KeyError:
        raise UnknownAlgorithm(uri) from None


def _pss_by_name(name: str) -> Scheme:
    digest = name.replace("-", "_")
    if digest not in _DIGESTS.values():
        raise UnknownAlgorithm(name)
    return _pss_scheme(digest, digest, None)


def _pss(method: etree._Element) -> Scheme:
    """RSAPSSParams (RFC 9231 2.3.9); what is absent is SHA-256."""
    parameters = child_any(method, "RSAPSSParams")
    digest = _digest_or(child(parameters, "DigestMethod"), "sha256")
    mask = child_any(parameters, "MaskGenerationFunction")
    salt = text_of(child_any(parameters, "SaltLength"))
    return _pss_scheme(
        digest, _digest_or(child(mask, "DigestMethod"), digest), int(salt) if salt.isdecimal() else None
    )


def child_any(parent: etree._Element | None, name: str) -> etree._Element | None:
    """By local name in whatever namespace: RFC 9231 and its implementations differ on it."""
    found = () if parent is None else parent.iterchildren(f"{{*}}{name}")
    return next(iter(found), None)


def _digest_or(method: etree._Element | None, default: str) -> str:
    return default if method is None else digest_name(algorithm_of(method))


def _pss_scheme(digest: str, mask: str, salt: int | None) -> Scheme:
    length = _SIZES["sha1" if digest == "sha1" else digest[-3:]]
    return Scheme("pss", digest, mask_hash=mask, salt_length=length if salt is None else salt)


def canonicalization(element: etree._Element | None) -> Canonicalization:
    """Of a ds:CanonicalizationMethod or ds:Transform; the default for None. Raises UnknownAlgorithm."""
    if element is None:
        return DEFAULT_C14N
    try:
        found = _CANONICALIZATIONS[algorithm_of(element)]
    except KeyError:
        raise UnknownAlgorithm(algorithm_of(element)) from None
    included = next(element.iterchildren(f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces"), None)
    if not found.exclusive or included is None:
        return found
    prefixes = frozenset(included.get("PrefixList", "").split())
    return Canonicalization(exclusive=True, comments=found.comments, prefixes=prefixes)


def is_canonicalization(uri: str) -> bool:
    return uri in _CANONICALIZATIONS
