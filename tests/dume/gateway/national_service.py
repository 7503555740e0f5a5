"""A national service on this machine: HTTPS, client certificates, the operations, its own memory, and faults on demand.

It checks what it is asked as the public pages of the real one say, and knows nothing of dume.gateway: what the two
disagree on shows in the tests.
"""

import base64
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from dume.samples import SIRET, sample_response
from procurement.errors import DomainError
from procurement.xml import parse_xml
from tests.signing import authorities
from tests.signing.authorities import Holder

PLATFORM_ID, TECHNICAL_ID = "99999900600029", "DUME_VALFICTIF_01"
COMPANIES = {SIRET: "Menuiserie Imaginaire"}
LABELS = {
    "fr": {"eo.name": "Nom de l'opérateur économique", "eo.sme": "Est-ce une PME ?"},
    "en": {"eo.name": "Name of the economic operator", "eo.sme": "Is it an SME?"},
}
ID_FORMS = {"1": r"\d{14}", "2": r".{1,18}", "3": r".{3,18}", "4": r".{9,10}", "5": r".{9}"}
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


class Refusal(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Stored:
    fields: dict[str, str]
    xml: bytes


@dataclass
class Memory:
    """`asked` has every body, as received; `fault` names what the next answers suffer (see `_Handler`)."""

    requests: dict[str, Stored] = field(default_factory=dict)
    responses: dict[str, Stored] = field(default_factory=dict)
    attachments: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    fault: str = ""
    answer: object = None
    over: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_number(self) -> str:
        return f"N0{next(self.numbers):06d}"


# --- What it does ----------------------------------------------------------------------------------------------
def operate(memory: Memory, api: str, body: dict[str, str]) -> dict[str, object]:
    _check_platform(body)
    operation = _OPERATIONS.get((api, body.get("operation", "")))
    if operation is None:
        raise Refusal("OPE_01", "Opération inconnue de cette API.")
    return operation(memory, body)


def _need(body: dict[str, str], *names: str) -> None:
    for name in names:
        if not body.get(name):
            raise Refusal("CHAMP_01", f"Le champ {name} est obligatoire.")


def _check_platform(body: dict[str, str]) -> None:
    _need(body, "operation", "idPlateforme", "idTechniquePlateforme")
    form = ID_FORMS.get(body.get("typeIdPlateforme", "1"))
    if form is None or not re.fullmatch(form, body["idPlateforme"]):
        raise Refusal("PLATEFORME_01", "Le format de idPlateforme n'est pas celui de son type.")
    if (body["idPlateforme"], body["idTechniquePlateforme"]) != (PLATFORM_ID, TECHNICAL_ID):
        raise Refusal("PLATEFORME_02", "Cette plateforme n'est pas raccordée.")


def _check_requester(body: dict[str, str]) -> None:
    _need(body, "rsDemandeur", "idDemandeur")
    if len(body["rsDemandeur"]) > 100 or len(body["idDemandeur"]) > 18:
        raise Refusal("DEMANDEUR_01", "Le demandeur est trop long.")
    if "numeroLot" in body and not re.fullmatch(r"\d{3}", body["numeroLot"]):
        raise Refusal("LOT_01", "Le numéro de lot compte 3 chiffres.")


def _xml(body: dict[str, str], name: str) -> bytes:
    try:
        found = base64.b64decode(body[name], validate=True)
        parse_xml(found)
    except (ValueError, DomainError):
        raise Refusal("XML_01", f"Le champ {name} n'est pas un XML en base 64.") from None
    return found


def _text(data: bytes) -> str:
    """In lines, as an uuencoder writes them."""
    return base64.encodebytes(data).decode()


def _save(memory: Memory, body: dict[str, str]) -> dict[str, object]:
    _check_requester(body)
    _need(body, "idConsultation", "dumeA", "statut")
    known = memory.requests.get(body.get("idDume", ""))
    if known is not None and known.fields["statut"] != "BROUILLON":
        raise Refusal("STATUT_01", "Un DUME validé ne peut plus être modifié.")
    number = body.get("idDume") or memory.new_number()
    if "idDume" in body and known is None:
        raise Refusal("DUME_01", "Ce numéro de DUME est inconnu.")
    memory.requests[number] = Stored(body, _xml(body, "dumeA"))
    return {"idDume": number}


def _create_simple(memory: Memory, body: dict[str, str]) -> dict[str, object]:
    _check_requester(body)
    _need(body, "idConsultation", "siretAcheteur")
    number = memory.new_number()
    memory.requests[number] = Stored(body | {"statut": "VALIDE"}, b"<simple/>")
    return {"idDume": number}


def _search(stored: dict[str, Stored]) -> list[dict[str, str]]:
    return [
        {
            "idDume": number,
            "idConsultation": each.fields.get("idConsultation", ""),
            "statut": each.fields.get("statut", ""),
        }
        for number, each in stored.items()
    ]


def _search_in(name: str):
    def search(memory: Memory, body: dict[str, str]) -> dict[str, object]:
        _check_requester(body)
        wanted = {key: body[key] for key in ("idConsultation", "siretAcheteur", "numeroLot") if key in body}
        found = {
            number: each
            for number, each in getattr(memory, name).items()
            if wanted.items() <= each.fields.items()
        }
        return {"listeDume": _search(found)}

    return search


def _known(memory: Memory, name: str, body: dict[str, str], key: str) -> bytes:
    if ("idDume" in body) == (key in body):
        raise Refusal("DUME_02", "Donner l'idDume ou le XML, l'un des deux.")
    if key in body:
        return _xml(body, key)
    stored = getattr(memory, name).get(body["idDume"])
    if stored is None:
        raise Refusal("DUME_01", "Ce numéro de DUME est inconnu.")
    return stored.xml


def _formatted(name: str, key: str):
    def formatted(memory: Memory, body: dict[str, str]) -> dict[str, object]:
        xml = _known(memory, name, body, key)
        forms = {"1": b"%PDF-1.7\n%%EOF", "2": xml, "3": b"<!doctype html><title>DUME</title>"}
        if body.get("format") not in forms:
            raise Refusal("FORMAT_01", "Le format demandé est inconnu.")
        return {key: _text(forms[body["format"]])}

    return formatted


def _company(body: dict[str, str]) -> bytes:
    _need(body, "siretOE", "typeDonnees")
    if body["siretOE"] not in COMPANIES:
        raise Refusal("SIRET_01", "Aucune entreprise n'a ce SIRET.")
    return sample_response(now=NOON, operator_siret=body["siretOE"], operator_name=COMPANIES[body["siretOE"]])


def _merge(memory: Memory, body: dict[str, str]) -> dict[str, object]:
    _check_requester(body)
    _known(memory, "requests", body, "dumeA")
    return {"dumeOE": _text(_company(body))}


def _create_response(memory: Memory, body: dict[str, str]) -> dict[str, object]:
    _check_requester(body)
    number = memory.new_number()
    memory.responses[number] = Stored(body, _company(body))
    return {"idDume": number, "dumeOE": _text(memory.responses[number].xml)}


def _download(memory: Memory, body: dict[str, str]) -> dict[str, object]:
    _check_requester(body)
    attached = memory.attachments.get(body.get("idDume", ""), [])
    return {
        "dumeOE": _text(_known(memory, "responses", body, "dumeOE")),
        "piecesJointes": [{"nom": name, "contenu": _text(content)} for name, content in attached],
    }


def _labels(memory: Memory, body: dict[str, str]) -> dict[str, object]:
    found = LABELS.get(body.get("langue", "fr"), {})
    return {"libelles": [{"code": code, "libelle": label} for code, label in found.items()]}


def _health(memory: Memory, body: dict[str, str]) -> dict[str, object]:
    return {"statut": "KO" if memory.fault == "ill" else "OK"}


_OPERATIONS = {
    ("dumeA", "enregistrerDume"): _save,
    ("dumeA", "creerDumeSimple"): _create_simple,
    ("dumeA", "rechercherDumes"): _search_in("requests"),
    ("dumeOE", "rechercherDumes"): _search_in("responses"),
    ("dumeA", "recupererModelDume"): lambda *_: {"dumeA": _text(b"<modele/>")},
    ("dumeOE", "recupererModelDume"): lambda *_: {"dumeOE": _text(sample_response(now=NOON))},
    ("dumeA", "recupererDumeFormate"): _formatted("requests", "dumeA"),
    ("dumeOE", "recupererDumeFormate"): _formatted("responses", "dumeOE"),
    ("dumeOE", "FusionnerDumeAvecDonneesEntreprise"): _merge,
    ("dumeOE", "creerDumeOEavecSiretOE"): _create_response,
    ("dumeOE", "telechargerDumeAvecPJ"): _download,
    ("referentiels", "RecupererLibellesDUME"): _labels,
    ("dumeA", "healthCheck"): _health,
    ("dumeOE", "healthCheck"): _health,
    ("referentiels", "healthCheck"): _health,
}


# --- How it answers --------------------------------------------------------------------------------------------
class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        memory: Memory = self.server.memory
        received = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        api = self.path.rpartition("/")[2]
        memory.asked.append((api, received))
        try:
            answer = {"response": {"messageList": [], **operate(memory, api, received)}}
        except Refusal as refusal:
            message = {"type": "ERREUR", "code": refusal.code, "message": str(refusal)}
            answer = {"response": {"messageList": [message]}}
        getattr(self, "_" + (memory.fault or "well"))(json.dumps(answer).encode())

    def _well(self, body: bytes, length: int | None = None, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    _ill = _well

    def _slow(self, body: bytes) -> None:
        self.server.memory.over.wait(10)

    def _error(self, body: bytes) -> None:
        self._well(b"", status=500)

    def _garbage(self, body: bytes) -> None:
        self._well(b"<html>Maintenance</html>")

    def _deep(self, body: bytes) -> None:
        self._well(b"[" * 100_000)

    def _huge(self, body: bytes) -> None:
        self._well(b" " * 2_000_000 + body)

    def _cut(self, body: bytes) -> None:
        self._well(body[: len(body) // 2], length=len(body))

    def _elsewhere(self, body: bytes) -> None:
        self._well(b"", status=307, Location="https://ailleurs.exemple.test/dume/dumeA")

    def _given(self, body: bytes) -> None:
        self._well(json.dumps(self.server.memory.answer).encode())

    def _lost(self, body: bytes) -> None:
        """Done, and not a word of it."""

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    """TLS in the thread of each connection; a refused visitor hears why (an alert that a reset could overtake)."""

    memory: Memory
    context: ssl.SSLContext

    def finish_request(self, request, client_address) -> None:
        wrapped = self.context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        try:
            wrapped.do_handshake()
        except OSError:
            _hear_out(wrapped)
            return
        with wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request, client_address) -> None:
        """A client that goes away is part of the tests."""


def _hear_out(connection: ssl.SSLSocket) -> None:
    """Read what the visitor still sends, below TLS."""
    raw = socket.socket(fileno=connection.detach())
    with raw, suppress(OSError):
        raw.settimeout(5)
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(65536):
            pass


# --- Certificates ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Papers:
    """Files in a folder: the authority, the service's two certificates (right and wrong name), ours, a stranger's."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def certificate(self, name: str) -> Path:
        return self.folder / f"{name}.pem"

    def key(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    @classmethod
    def drawn_up(cls, folder: Path) -> "Papers":
        now = datetime.now(UTC)
        life = {"begins": now - timedelta(days=1), "ends": now + timedelta(days=1)}
        papers, root = cls(folder), authorities.root("Autorité fictive", **life)
        papers.root.write_bytes(root.certificate.public_bytes(Encoding.PEM))
        here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        other = x509.SubjectAlternativeName([x509.DNSName("autre.exemple.test")])
        papers._write("service", root.issue("service", extensions=[(here, False)], **life))
        papers._write("other", root.issue("autre", extensions=[(other, False)], **life))
        papers._write("platform", root.issue("Plateforme fictive", **life))
        papers._write("stranger", authorities.root("Inconnu", **life).issue("Inconnu", **life))
        return papers

    def _write(self, name: str, holder: Holder) -> None:
        self.certificate(name).write_bytes(holder.certificate.public_bytes(Encoding.PEM))
        key = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.key(name).write_bytes(key)


@contextmanager
def serving(papers: Papers, name: str = "service") -> Iterator[tuple[str, Memory]]:
    """The address before the name of an API, and what the service remembers."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.memory = Memory()
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(papers.certificate(name), papers.key(name))
    server.context.verify_mode = ssl.CERT_REQUIRED
    server.context.load_verify_locations(papers.root)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/dume", server.memory
    finally:
        server.memory.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
