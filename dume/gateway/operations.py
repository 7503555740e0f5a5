"""What the national service can do for a buyer and a company, whoever carries it (offline, or the service itself)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from dume.gateway import wording
from dume.gateway.exchanged import (
    Consultation,
    Created,
    Format,
    Found,
    Package,
    Requester,
    Scope,
    State,
)
from dume.gateway.refusals import AnswerUnreadable, ServiceFailed, ServiceNotConnected
from dume.gateway.wording import Answer, Api, Operation
from dume.model import Kind


class Gateway(ABC):
    """Every operation raises ServiceNotConnected, ServiceFailed (nothing is known of what became of it),
    AnswerUnreadable or RequestRefused, and nothing else.

    `source` is a document by its number (str) or by its XML (bytes).
    """

    is_connected: bool

    @abstractmethod
    def ask(self, api: Api, operation: Operation, fields: Mapping[str, str]) -> Answer: ...

    def save_request(
        self,
        *,
        xml: bytes,
        requester: Requester,
        consultation: Consultation,
        number: str = "",
        state: State = State.VALIDATED,
    ) -> str:
        """Its number there. With `number`, the document that has it is replaced (a draft only)."""
        fields = {
            **wording.of_requester(requester),
            **wording.of_consultation(consultation),
            **wording.of_source(Api.REQUESTS, xml),
            "statut": wording.STATES[state],
        }
        if number:
            fields["idDume"] = number
        return wording.number_in(self.ask(Api.REQUESTS, Operation.SAVE, fields))

    def create_simple(self, *, requester: Requester, consultation: Consultation) -> str:
        """A « DUME simplifié », of which the company fills turnover and staff only; its number there."""
        fields = wording.of_requester(requester) | wording.of_consultation(consultation)
        return wording.number_in(self.ask(Api.REQUESTS, Operation.CREATE_SIMPLE, fields))

    def search(self, *, kind: Kind, requester: Requester, consultation: Consultation) -> list[Found]:
        fields = wording.of_requester(requester) | wording.of_consultation(consultation)
        return wording.found_in(self.ask(wording.APIS[kind], Operation.SEARCH, fields))

    def fetch_model(self, *, kind: Kind) -> bytes:
        """The XML of a blank document."""
        api = wording.APIS[kind]
        return wording.xml_in(self.ask(api, Operation.MODEL, {}), api.value)

    def fetch_formatted(self, *, kind: Kind, source: str | bytes, form: Format) -> bytes:
        """HTML is somebody else's: never to be shown as a page of ours."""
        api = wording.APIS[kind]
        answer = self.ask(api, Operation.FORMATTED, wording.of_source(api, source) | {"format": str(form)})
        if form is Format.XML:
            return wording.xml_in(answer, api.value)
        found = wording.bytes_in(answer, api.value)
        if form is Format.PDF and not found.startswith(b"%PDF-"):
            raise AnswerUnreadable
        return found

    def merge_with_company(
        self, *, source: str | bytes, siret: str, requester: Requester, scope: Scope = Scope.PUBLISHED
    ) -> bytes:
        """The response that answers this request, with what the administrations know of the company filled in."""
        fields = {
            **wording.of_requester(requester),
            **wording.of_source(Api.REQUESTS, source),
            "siretOE": siret,
            "typeDonnees": str(scope),
        }
        answer = self.ask(Api.RESPONSES, Operation.MERGE, fields)
        return wording.xml_in(answer, Api.RESPONSES)

    def create_response(
        self, *, siret: str, requester: Requester, consultation: Consultation, scope: Scope = Scope.PUBLISHED
    ) -> Created:
        """A response without a request before it, filled in from the company's SIRET."""
        fields = {
            **wording.of_requester(requester),
            **wording.of_consultation(consultation),
            "siretOE": siret,
            "typeDonnees": str(scope),
        }
        answer = self.ask(Api.RESPONSES, Operation.CREATE_RESPONSE, fields)
        return Created(number=wording.number_in(answer), xml=wording.xml_in(answer, Api.RESPONSES))

    def download_with_attachments(self, *, number: str, requester: Requester) -> Package:
        """The response, the certificates that the service obtained for it, and what the company attached."""
        fields = wording.of_requester(requester) | wording.of_source(Api.RESPONSES, number)
        answer = self.ask(Api.RESPONSES, Operation.DOWNLOAD, fields)
        return Package(xml=wording.xml_in(answer, Api.RESPONSES), attachments=wording.attachments_in(answer))

    def fetch_labels(self, *, language: str = "fr") -> dict[str, str]:
        """The labels of the form as the ministry's lawyers (DAJ) vetted them, by code; French or English."""
        return wording.labels_in(self.ask(Api.REFERENCE, Operation.LABELS, {"langue": language}))

    def check_health(self) -> None:
        """Each API answers that it is well."""
        for api in Api:
            if wording.text_in(self.ask(api, Operation.HEALTH, {}), "statut") != wording.HEALTHY:
                raise ServiceFailed(
                    "Le service national DUME se dit lui-même hors d'état. Recommencez plus tard."
                )


class Offline(Gateway):
    """The default: nobody is contacted."""

    is_connected = False

    def ask(self, api: Api, operation: Operation, fields: Mapping[str, str]) -> Answer:
        raise ServiceNotConnected
