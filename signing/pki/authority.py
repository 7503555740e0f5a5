"""The installation's own certification authority, time-stamping unit and seal.

Made once, at first start, so that an installation without any outside provider can prove what it received.
Its time is self-asserted: good for order and proof of content, without the presumption of eIDAS article 41,
which needs a qualified provider (docs/deployment: replaced by settings, the rest of the code does not change).

Keys are replaced by generations (`rotate`): new files beside the old ones, then one pointer, replaced at once, that
every process looks at before it uses a key. What was ever published stays published.
"""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pki import certificates, key_files
from signing.pki.key_files import State, stem

CRL_RENEWED_AFTER = timedelta(days=1)
ROLES = ("root", "tsa", "seal")
LEAVES = ("tsa", "seal")


@dataclass(frozen=True, eq=False)
class Authority:
    """The certificates and keys of one installation; compared and hashed by identity."""

    directory: Path
    root_certificate: x509.Certificate
    tsa_certificate: x509.Certificate
    tsa_key: EllipticCurvePrivateKey
    seal_certificate: x509.Certificate
    seal_key: EllipticCurvePrivateKey
    #: One for each root, the list of the root in use first.
    crls: tuple[x509.CertificateRevocationList, ...]
    #: Generations that were replaced, the latest of each role first.
    earlier: tuple[x509.Certificate, ...] = ()
    #: Of other authorities, with which an external key sealed here; in the order of their first use.
    external: tuple[x509.Certificate, ...] = ()

    @property
    def crl(self) -> x509.CertificateRevocationList:
        return self.crls[0]

    @property
    def crl_path(self) -> Path:
        """PEM lists of every root, the one in use first."""
        return self.directory / "crl.pem"

    @cached_property
    def others(self) -> tuple[x509.Certificate, ...]:
        """Every certificate ever published besides those in use."""
        return self.earlier + self.external

    @cached_property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """Every trust anchor, the one in use first: earlier roots, and those of external seals."""
        anchors = (other for other in self.others if other.issuer == other.subject)
        return (self.root_certificate, *anchors)

    def root_pem(self) -> bytes:
        return self.root_certificate.public_bytes(Encoding.PEM)

    def chain_pem(self) -> bytes:
        """The root, the time-stamping and the seal certificates in use, then all the others ever published."""
        in_use = (self.root_certificate, self.tsa_certificate, self.seal_certificate)
        return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in (*in_use, *self.others))

    @cached_property
    def tsa_der(self) -> bytes:
        return self.tsa_certificate.public_bytes(Encoding.DER)

    def crl_is_fresh(self, now: datetime) -> bool:
        return all(_is_fresh(crl, now) for crl in self.crls)


_loaded: dict[Path, tuple[key_files.Mark, Authority]] = {}
_loading = threading.Lock()


def ensure_authority(directory: Path, now: datetime) -> Authority:
    """The authority kept under `directory`, made there the first time, with revocation lists fresh at `now`.

    The whole set appears at once, by renaming a finished folder: a crash leaves nothing by halves, and of two
    processes that start together the second finds the first one's folder and drops its own. A rotation made by
    another process is seen at the next call.
    """
    place = directory / "authority"
    with _loading:
        mark = key_files.mark(place)
        known, authority = _loaded.get(place, (None, None))
        if authority is None or known != mark:
            if not place.exists():
                _create(place, now)
            mark, authority = _load(place)
        if not authority.crl_is_fresh(now):
            authority = replace(authority, crls=_fresh_crls(place, now))
        _loaded[place] = mark, authority
    return authority


def rotate(directory: Path, roles: Collection[str], now: datetime) -> Authority:
    """New keys and certificates for `roles`, in use everywhere from now on; a new root renews both others.

    The keys of replaced leaves are destroyed; a replaced root still signs the revocation lists of its leaves.
    """
    place = ensure_authority(directory, now).directory
    wanted = ROLES if "root" in roles else tuple(roles)
    with key_files.locked(place):
        state = key_files.read_state(place)
        changed = state.next(wanted)
        if "root" in wanted:
            _write_root(place, stem("root", changed.root), secrets.token_hex(4), now)
            _add_crl(place, _read_root(place, stem("root", changed.root)), now)
        for role in wanted:
            if role != "root":
                _write_leaf(
                    place, role, stem("root", changed.root), stem(role, changed.generation(role)), now
                )
        key_files.write_state(place, changed)
        for role in set(wanted) & set(LEAVES):
            (place / f"{stem(role, state.generation(role))}.key").unlink(missing_ok=True)
    return ensure_authority(directory, now)


def publish(authority: Authority, chain: Iterable[x509.Certificate], now: datetime) -> Authority:
    """Keep the certificates of an external seal among those that everyone is given, for good."""
    missing = {_name_of(each): each for each in chain if each not in authority.external}
    if not missing:
        return authority
    place = authority.directory
    with key_files.locked(place):
        state = key_files.read_state(place)
        new = [name for name in missing if name not in state.published]
        for name in new:
            key_files.replace(place / f"{name}.pem", missing[name].public_bytes(Encoding.PEM))
        if new:
            key_files.write_state(place, replace(state, published=(*state.published, *new)))
    return ensure_authority(place.parent, now)


# --- Making ---------------------------------------------------------------------------------------------------
def _create(place: Path, now: datetime) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(mkdtemp(prefix="authority.", dir=place.parent))  # mode 0700
    try:
        # Two installations must not share an issuer name: a verifier that trusts both would mix them up.
        _write_root(draft, "root", secrets.token_hex(4), now)
        for role in LEAVES:
            _write_leaf(draft, role, "root", role, now)
        _write_crls(draft, [_read_root(draft, "root")], now)
        try:
            draft.rename(place)
        except OSError:
            if not place.exists():
                raise
        key_files.sync(place.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_root(place: Path, name: str, installation: str, now: datetime) -> None:
    key = generate_private_key(SECP256R1())
    key_files.write_pair(place, name, key, certificates.root(key, installation=installation, now=now))


def _write_leaf(place: Path, role: str, root: str, name: str, now: datetime) -> None:
    key = generate_private_key(SECP256R1())
    issuer, issuer_key = _read_root(place, root)
    certificate = certificates.leaf(role, key, issuer=issuer, issuer_key=issuer_key, now=now)
    key_files.write_pair(place, name, key, certificate)


# --- Loading --------------------------------------------------------------------------------------------------
def _load(place: Path) -> tuple[key_files.Mark, Authority]:
    """Tried again when a rotation by another process destroyed a key between the pointer and the reading."""
    mark = key_files.mark(place)
    try:
        return mark, _read(place, key_files.read_state(place))
    except FileNotFoundError:
        if key_files.mark(place) == mark:
            raise
        return _load(place)


def _read(place: Path, state: State) -> Authority:
    in_use = {role: place / stem(role, state.generation(role)) for role in ROLES}
    return Authority(
        directory=place,
        root_certificate=key_files.read_certificate(in_use["root"].with_suffix(".pem")),
        tsa_certificate=key_files.read_certificate(in_use["tsa"].with_suffix(".pem")),
        tsa_key=key_files.read_key(in_use["tsa"].with_suffix(".key")),
        seal_certificate=key_files.read_certificate(in_use["seal"].with_suffix(".pem")),
        seal_key=key_files.read_key(in_use["seal"].with_suffix(".key")),
        crls=_read_crls(place, state),
        earlier=_read_certificates(place, _earlier(state)),
        external=_read_certificates(place, state.published),
    )


def _earlier(state: State) -> list[str]:
    return [stem(role, number) for role in ROLES for number in range(state.generation(role) - 1, 0, -1)]


def _read_certificates(place: Path, names: Iterable[str]) -> tuple[x509.Certificate, ...]:
    return tuple(key_files.read_certificate(place / f"{name}.pem") for name in names)


def _name_of(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


# --- Revocation lists -----------------------------------------------------------------------------------------
Root = tuple[x509.Certificate, EllipticCurvePrivateKey]


def _fresh_crls(place: Path, now: datetime) -> tuple[x509.CertificateRevocationList, ...]:
    """Read again, then made again when nobody else did. What is published never goes back to an earlier date."""
    with key_files.locked(place):
        state = key_files.read_state(place)
        crls = _read_crls(place, state)
        if all(_is_fresh(crl, now) for crl in crls):
            return crls
        signing = [name for name in _root_stems(state) if _signs_lists(place, name, state, now)]
        roots = [_read_root(place, name) for name in signing]
        if any(now < crl.last_update_utc for crl in crls):  # asked about the past
            return tuple(certificates.revocations(*root, now) for root in roots)
        return _write_crls(place, roots, now)


def _write_crls(
    place: Path, roots: Iterable[Root], now: datetime
) -> tuple[x509.CertificateRevocationList, ...]:
    crls = tuple(certificates.revocations(*root, now) for root in roots)
    key_files.replace(place / "crl.pem", b"".join(crl.public_bytes(Encoding.PEM) for crl in crls))
    return crls


def _add_crl(place: Path, root: Root, now: datetime) -> None:
    """Before the root is in use: whoever sees it finds its list."""
    path = place / "crl.pem"
    key_files.replace(
        path, certificates.revocations(*root, now).public_bytes(Encoding.PEM) + path.read_bytes()
    )


def _read_crls(place: Path, state: State) -> tuple[x509.CertificateRevocationList, ...]:
    """Those of the root in use, then of the roots it replaced whose leaves still live."""
    end = b"-----END X509 CRL-----\n"
    parts = (place / "crl.pem").read_bytes().split(end)
    lists = {crl.issuer: crl for crl in (x509.load_pem_x509_crl(part + end) for part in parts if part)}
    names = (key_files.read_certificate(place / f"{name}.pem").subject for name in _root_stems(state))
    return tuple(lists[name] for name in names if name in lists)


def _signs_lists(place: Path, root: str, state: State, now: datetime) -> bool:
    """A replaced root whose leaves have all ended signs no list any more: it would say nothing of them."""
    if root == stem("root", state.root):
        return True
    issuer = key_files.read_certificate(place / f"{root}.pem").subject
    stems = [stem(role, number) for role in LEAVES for number in range(1, state.generation(role) + 1)]
    leaves = (key_files.read_certificate(place / f"{name}.pem") for name in stems)
    return any(leaf.issuer == issuer and now <= leaf.not_valid_after_utc for leaf in leaves)


def _is_fresh(crl: x509.CertificateRevocationList, now: datetime) -> bool:
    issued = crl.last_update_utc
    return issued <= now < issued + CRL_RENEWED_AFTER


def _root_stems(state: State) -> list[str]:
    return [stem("root", number) for number in range(state.root, 0, -1)]


def _read_root(place: Path, name: str) -> Root:
    return key_files.read_certificate(place / f"{name}.pem"), key_files.read_key(place / f"{name}.key")
