"""Trusted lists (ETSI TS 119 612) of a fictional state, and the statements of qualified certificates."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta

from asn1crypto import core
from cryptography import x509
from lxml import etree
from signxml.xades import XAdESSigner

from tests.signing.authorities import Holder

QUALIFIED_CA = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
QUALIFIED_TIME = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
WITHDRAWN = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"
SIGNATURE_TYPE, SEAL_TYPE = "0.4.0.1862.1.6.1", "0.4.0.1862.1.6.2"

_LIST = """<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="liste" TSLTag="http://uri.etsi.org/19612/TSLTag">
<SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>1</TSLSequenceNumber>
<TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/{kind}</TSLType>
<SchemeOperatorName><Name xml:lang="fr">Autorité de contrôle fictive</Name></SchemeOperatorName>
<SchemeInformationURI><URI xml:lang="fr">https://liste.exemple.test/</URI></SchemeInformationURI>
<SchemeTerritory>XX</SchemeTerritory>{pointers}
<ListIssueDateTime>{issued:%Y-%m-%dT%H:%M:%SZ}</ListIssueDateTime>
<NextUpdate><dateTime>{until:%Y-%m-%dT%H:%M:%SZ}</dateTime></NextUpdate></SchemeInformation>
<TrustServiceProviderList><TrustServiceProvider>
<TSPInformation><TSPName><Name xml:lang="fr">Prestataire fictif</Name></TSPName></TSPInformation>
<TSPServices>{services}</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>"""
_SERVICE = """<TSPService><ServiceInformation><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>
<ServiceName><Name xml:lang="fr">Service fictif</Name></ServiceName>
<ServiceDigitalIdentity><DigitalId><X509Certificate>{certificate}</X509Certificate></DigitalId></ServiceDigitalIdentity>
<ServiceStatus>{status}</ServiceStatus><StatusStartingTime>{since:%Y-%m-%dT%H:%M:%SZ}</StatusStartingTime>
</ServiceInformation></TSPService>"""
_POINTERS = """<PointersToOtherTSL><OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity><DigitalId>
<X509Certificate>{certificate}</X509Certificate></DigitalId></ServiceDigitalIdentity></ServiceDigitalIdentities>
<TSLLocation>{url}</TSLLocation><AdditionalInformation>
<OtherInformation><SchemeTerritory>XX</SchemeTerritory></OtherInformation><OtherInformation>
<MimeType xmlns="http://uri.etsi.org/02231/v2/additionaltypes#">application/vnd.etsi.tsl+xml</MimeType>
</OtherInformation></AdditionalInformation></OtherTSLPointer></PointersToOtherTSL>"""


def service(holder: Holder, since: datetime, kind: str = QUALIFIED_CA, status: str = GRANTED) -> str:
    return _SERVICE.format(kind=kind, certificate=_base64(holder), status=status, since=since)


def trusted_list(services: Iterable[str], *, issued: datetime, signer: Holder | None = None) -> bytes:
    text = _LIST.format(
        kind="EUgeneric",
        pointers="",
        issued=issued,
        until=issued + timedelta(days=180),
        services="".join(services),
    )
    return _signed(text, signer)


def list_of_lists(url: str, signer_there: Holder, *, issued: datetime, signer: Holder) -> bytes:
    pointers = _POINTERS.format(certificate=_base64(signer_there), url=url)
    text = _LIST.format(
        kind="EUlistofthelists",
        pointers=pointers,
        issued=issued,
        until=issued + timedelta(days=180),
        services="",
    )
    return _signed(text, signer)


def statements(kind: str | None = SIGNATURE_TYPE, *, device: bool = True) -> tuple[x509.ExtensionType, bool]:
    """QcCompliance, the type and the device of EN 319 412-5."""
    parts = [_sequence(_oid("0.4.0.1862.1.1"))]
    if device:
        parts.append(_sequence(_oid("0.4.0.1862.1.4")))
    if kind:
        parts.append(_sequence(_oid("0.4.0.1862.1.6") + _sequence(_oid(kind))))
    return x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), _sequence(b"".join(parts))
    ), False


def _signed(text: str, signer: Holder | None) -> bytes:
    if signer is None:
        return text.encode()
    root = etree.fromstring(text)
    signed = XAdESSigner(signature_algorithm="ecdsa-sha256").sign(
        root, key=signer.key, cert=[signer.certificate]
    )
    return etree.tostring(signed)


def _base64(holder: Holder) -> str:
    return base64.b64encode(holder.der).decode()


def _oid(dotted: str) -> bytes:
    return core.ObjectIdentifier(dotted).dump()


def _sequence(content: bytes) -> bytes:
    return bytes([0x30, len(content)]) + content
