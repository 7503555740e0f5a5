"""The full report on a file in the XML of ETSI TS 119 102-2, for archives and for other tools.

Made of the JSON of a check (signing.verification.reports), which is what is kept: the report can be handed out years
later, and says what was found on the day of the check. The five checks of annexe 12 article 5 are its constraints.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lxml import etree

NAMESPACE = "http://uri.etsi.org/19102/v1.2.1#"
_DS, _XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
_XS, _XSI = "http://www.w3.org/2001/XMLSchema", "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES: Any = {None: NAMESPACE, "ds": _DS, "xades": _XADES, "xs": _XS, "xsi": _XSI}
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
#: Values of the specification's annexes.
_MAIN = "urn:etsi:019102:mainindication:"
_SUB = "urn:etsi:019102:subindication:"
_APPLIED = "urn:etsi:019102:constraintStatus:applied"
_PROCESS = "urn:etsi:019102:validationprocess:"
_OBJECT = "urn:etsi:019102:validationObject:"
_PROOF = "urn:etsi:019102:poetype:validation"
#: Ours: the five checks of article 5, and the sentences that explain what was found.
ARTICLE_5 = "urn:fr:code-commande-publique:annexe-12:article-5:"
_MESSAGE = "urn:fr:code-commande-publique:annexe-12:message"
_OUTCOMES = {"passed": "passed", "failed": "failed", "unknown": "indeterminate"}
#: Elements of the signature's attributes, in the order of the schema.
_STAMPS = (
    ("content", "AllDataObjectsTimeStamp"),
    ("signature", "SignatureTimeStamp"),
    ("references", "SigAndRefsTimeStamp"),
    ("archive", "ArchiveTimeStamp"),
    ("document", "DocTimeStamp"),
)


def validation_report(report: Mapping[str, Any], *, sha256: str, checked_at: datetime) -> bytes:
    """UTF-8. `report` is `FileReport.to_json()`, `sha256` that of the checked file in hexadecimal.

    A time stamp that belongs to no signature is reported as a signature, which it is; a file without either has a
    report that says that nothing was there to be validated.
    """
    root = etree.Element(_tag("ValidationReport"), nsmap=_PREFIXES)
    objects = [_file_object(sha256)]
    signatures: Sequence[Mapping[str, Any]] = report.get("signatures", ())
    for number, signature in enumerate(signatures, start=1):
        root.append(_signature(signature, f"S{number}", checked_at))
        objects.append(_certificate_object(signature, f"S{number}"))
    for number, stamp in enumerate(report.get("timestamps", ()), start=1):
        root.append(_lone_stamp(stamp, f"T{number}", checked_at))
    if len(root) == 0:
        root.append(_nothing(checked_at))
    _add(root, "SignatureValidationObjects").extend(objects)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


# --- Reports -----------------------------------------------------------------------------------------------------
def _signature(signature: Mapping[str, Any], identifier: str, checked_at: datetime) -> etree._Element:
    found = etree.Element(_tag("SignatureValidationReport"))
    _identify(found, identifier, str(signature.get("place", "")))
    constraints = _add(found, "ValidationConstraintsEvaluationReport")
    for code, outcome in signature["checks"].items():
        constraints.append(_constraint(code, outcome, signature.get("messages", {}).get(code, "")))
    is_proved = signature["time_source"] == "trusted-timestamp"
    _add_times(found, checked_at, _moment(signature["signed_at"]) if is_proved else None)
    _add_attributes(found, signature)
    signer = _add(found, "SignerInformation")
    _add(signer, "SignerCertificate").set("VOReference", f"C-{identifier}")
    _add(signer, "Signer", signature["signer"])
    _add(_add(found, "SignatureValidationProcess"), "SignatureValidationProcessID", _process(signature))
    _add_status(
        _add(found, "SignatureValidationStatus"),
        str(signature["indication"]).lower(),
        signature["sub_indication"],
        [signature.get("message", ""), *signature.get("problems", ()), *signature.get("notes", ())],
    )
    return found


def _lone_stamp(stamp: Mapping[str, Any], identifier: str, checked_at: datetime) -> etree._Element:
    found = etree.Element(_tag("SignatureValidationReport"))
    _identify(found, identifier, str(stamp.get("kind", "")))
    _add_times(found, checked_at, _moment(stamp.get("at")))
    status = _add(found, "SignatureValidationStatus")
    _add_status(
        status, str(stamp["indication"]).lower(), stamp.get("problem", ""), [stamp.get("message", "")]
    )
    return found


def _nothing(checked_at: datetime) -> etree._Element:
    found = etree.Element(_tag("SignatureValidationReport"))
    _add_times(found, checked_at, None)
    status = _add(found, "SignatureValidationStatus")
    _add_status(status, "indeterminate", "", ["Ce fichier ne contient pas de signature."])
    return found


def _identify(parent: etree._Element, identifier: str, place: str) -> None:
    found = _add(parent, "SignatureIdentifier")
    found.set("id", identifier)
    _add(found, "HashOnly", "false")
    _add(found, "DocHashOnly", "false")
    _add(found, "DAIdentifier", place)


def _constraint(code: str, outcome: str, message: str) -> etree._Element:
    found = etree.Element(_tag("ValidationConstraint"))
    _add(found, "ValidationConstraintIdentifier", ARTICLE_5 + code)
    _add(_add(found, "ConstraintStatus"), "Status", _APPLIED)
    _add_status(_add(found, "ValidationStatus"), _OUTCOMES[outcome], "", [message])
    return found


def _add_times(parent: etree._Element, checked_at: datetime, proved_at: datetime | None) -> None:
    """Without a proof, the best time is that of the check: EN 319 102-1 5.5.4."""
    times = _add(parent, "ValidationTimeInfo")
    _add(times, "ValidationTime", _iso(checked_at))
    best = _add(times, "BestSignatureTime")
    _add(best, "POETime", _iso(proved_at or checked_at))
    _add(best, "TypeOfProof", _PROOF)


def _add_attributes(parent: etree._Element, signature: Mapping[str, Any]) -> None:
    declared = _moment(signature["signed_at"]) if signature["time_source"] == "declared" else None
    stamps = [
        (name, at)
        for kind, name in _STAMPS
        for stamp in signature.get("stamps", ())
        if stamp["kind"] == kind and (at := _moment(stamp["at"])) is not None
    ]
    if declared is None and not stamps:
        return
    found = _add(parent, "SignatureAttributes")
    if declared is not None:
        _add(_add(found, "SigningTime", Signed="true"), "Time", _iso(declared))
    for name, at in stamps:
        _add(_add(found, name), "TimeStampValue", _iso(at))


def _process(signature: Mapping[str, Any]) -> str:
    if signature["time_source"] != "trusted-timestamp":
        return f"{_PROCESS}Basic"
    return _PROCESS + ("LTA" if str(signature["level"]).endswith("LTA") else "LTVM")


def _add_status(parent: etree._Element, main: str, sub: str, messages: Sequence[str]) -> None:
    _add(parent, "MainIndication", _MAIN + main)
    if sub:
        _add(parent, "SubIndication", _SUB + sub)
    said = [message for message in dict.fromkeys(messages) if message]
    if not said:
        return
    data = _add(_add(parent, "AssociatedValidationReportData"), "AdditionalValidationReportData")
    for message in said:
        item = _add(data, "ReportData")
        _add(item, "Type", _MESSAGE)
        _add(item, "Value", message).set(f"{{{_XSI}}}type", "xs:string")


# --- Objects -----------------------------------------------------------------------------------------------------
def _file_object(sha256: str) -> etree._Element:
    """The file that was checked, so that the report cannot be taken for that of another."""
    found, representation = _object("F", "signedData")
    digest = _add(representation, "DigestAlgAndValue")
    etree.SubElement(digest, f"{{{_DS}}}DigestMethod", Algorithm=SHA256)
    value = etree.SubElement(digest, f"{{{_DS}}}DigestValue")
    value.text = base64.b64encode(bytes.fromhex(sha256)).decode()
    return found


def _certificate_object(signature: Mapping[str, Any], identifier: str) -> etree._Element:
    """The signer's certificate where the check kept it, otherwise what designates it."""
    found, representation = _object(f"C-{identifier}", "certificate")
    certificate = str(signature.get("certificate") or "")
    if _is_base64(certificate):
        _add(representation, "base64", certificate)
    else:
        _add(representation, "URI", f"urn:certificate:serial:{signature.get('serial') or 'unknown'}")
    return found


def _object(identifier: str, kind: str) -> tuple[etree._Element, etree._Element]:
    found = etree.Element(_tag("ValidationObject"), id=identifier)
    _add(found, "ObjectType", _OBJECT + kind)
    return found, _add(found, "ValidationObjectRepresentation")


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


# --- Writing -----------------------------------------------------------------------------------------------------
def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    found = etree.SubElement(parent, _tag(name), attributes)
    if text:
        found.text = _printable(text)
    return found


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _printable(text: str) -> str:
    """Names come from certificates: XML has no place for their control characters."""
    return "".join(letter if letter.isprintable() or letter in "\n\t\u00a0" else "\ufffd" for letter in text)


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
