"""A contract's plain values <-> the official record. Pure.

A record holds what JSON knows: text, int, Decimal, bool, lists, objects. What has not been stated is absent from it:
never an empty list, an empty text or a null.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from essential_data.fields import RECORD_OF_KIND
from tenders.rules import contracts as words
from tenders.rules.contracts import Facts, Holder

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A contract at one moment, without database."""

    kind: str
    number: str
    buyer_siret: str
    amount: Decimal
    notified_on: date | None = None
    signed_on: date | None = None
    published_on: date | None = None
    facts: Facts = field(default_factory=Facts)
    holders: tuple[Holder, ...] = ()

    @property
    def record_key(self) -> str:
        return RECORD_OF_KIND[self.kind]


def build_record(snapshot: Snapshot) -> Record:
    """The official record in the order of the format; fields without value are left out."""
    record = build_concession(snapshot) if snapshot.kind == "concession" else build_contract(snapshot)
    return {name: value for name, value in record.items() if value not in (None, "", {}, [])}


def build_contract(snapshot: Snapshot) -> Record:
    facts = snapshot.facts
    return {
        "id": snapshot.number,
        "acheteur": {"id": snapshot.buyer_siret},
        "nature": said(words.NATURES, facts.nature),
        "objet": facts.subject,
        "codeCPV": facts.cpv,
        "techniques": listed("technique", words.TECHNIQUES, facts.techniques),
        "modalitesExecution": listed(
            "modaliteExecution", words.EXECUTION_MODALITIES, facts.execution_modalities
        ),
        "idAccordCadre": facts.framework_number,
        "marcheInnovant": facts.innovative,
        "ccag": said(words.CCAGS, facts.ccag),
        "offresRecues": facts.offers_received,
        "attributionAvance": facts.advance_granted,
        "tauxAvance": plain(facts.advance_rate) if facts.advance_granted else None,
        "typeGroupementOperateurs": said(words.GROUPINGS, facts.grouping),
        "sousTraitanceDeclaree": facts.subcontracting_declared,
        "procedure": said(words.PROCEDURES, facts.procedure),
        "lieuExecution": place(facts),
        "dureeMois": facts.duration_months,
        "dateNotification": iso(snapshot.notified_on),
        "datePublicationDonnees": iso(snapshot.published_on),
        "montant": plain(snapshot.amount),
        "typesPrix": listed("typePrix", words.PRICE_TYPES, facts.price_types),
        "formePrix": said(words.PRICE_FORMS, facts.price_form),
        "origineUE": plain(facts.eu_share),
        "origineFrance": plain(facts.french_share),
        "titulaires": held_by("titulaire", snapshot.holders),
        "considerationsSociales": listed("considerationSociale", words.SOCIAL, facts.social),
        "considerationsEnvironnementales": listed(
            "considerationEnvironnementale", words.ENVIRONMENTAL, facts.environmental
        ),
    }


def build_concession(snapshot: Snapshot) -> Record:
    facts = snapshot.facts
    return {
        "id": snapshot.number,
        "autoriteConcedante": {"id": snapshot.buyer_siret},
        "nature": said(words.CONCESSION_NATURES, facts.nature),
        "objet": facts.subject,
        "procedure": said(words.CONCESSION_PROCEDURES, facts.procedure),
        "dureeMois": facts.duration_months,
        "dateSignature": iso(snapshot.signed_on),
        "datePublicationDonnees": iso(snapshot.published_on),
        "dateDebutExecution": iso(facts.execution_starts_on),
        "valeurGlobale": plain(snapshot.amount),
        "montantSubventionPublique": plain(facts.public_subsidy),
        "concessionnaires": held_by("concessionnaire", snapshot.holders),
        "considerationsSociales": listed("considerationSociale", words.CONCESSION_SOCIAL, facts.social),
        "considerationsEnvironnementales": listed(
            "considerationEnvironnementale", words.ENVIRONMENTAL, facts.environmental
        ),
    }


def said(known: Mapping[str, str], code: str | None) -> str | None:
    return known.get(code, code) if code else None


def listed(item: str, known: Mapping[str, str], codes: Sequence[str]) -> Record:
    return {item: [known.get(code, code) for code in codes]} if codes else {}


def place(facts: Facts) -> Record:
    found = {"code": facts.place_code, "typeCode": said(words.PLACE_TYPES, facts.place_type)}
    return {name: value for name, value in found.items() if value}


def held_by(item: str, holders: Sequence[Holder]) -> list[Record]:
    return [
        {item: {"id": holder.identifier, "typeIdentifiant": holder.identifier_type}} for holder in holders
    ]


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def plain(value: Decimal | None) -> int | Decimal | None:
    """Whole amounts as integers and no trailing zeros, so that every format writes the same digits."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value.normalize()


def read_record(record: Mapping[str, Any], key: str) -> Snapshot:
    """The plain values of a valid record; KeyError or ValueError where it is not valid."""
    concession = key == "contrat-concession"
    social = words.CONCESSION_SOCIAL if concession else words.SOCIAL
    buyer = record["autoriteConcedante" if concession else "acheteur"]
    holders = record["concessionnaires" if concession else "titulaires"]
    item = "concessionnaire" if concession else "titulaire"
    common: dict[str, Any] = {
        "nature": code_of(words.CHOICES["nature"], record.get("nature")),
        "subject": record.get("objet"),
        "procedure": code_of(words.CHOICES["procedure"], record.get("procedure")),
        "duration_months": record.get("dureeMois"),
        "social": codes_of(social, record, "considerationsSociales", "considerationSociale"),
        "environmental": codes_of(
            words.ENVIRONMENTAL, record, "considerationsEnvironnementales", "considerationEnvironnementale"
        ),
    }
    return Snapshot(
        kind="concession" if concession else "contract",
        number=record["id"],
        buyer_siret=buyer["id"],
        amount=Decimal(str(record["valeurGlobale" if concession else "montant"])),
        notified_on=day_of(record.get("dateNotification")),
        signed_on=day_of(record.get("dateSignature")),
        published_on=day_of(record.get("datePublicationDonnees")),
        facts=Facts(**common, **(concession_facts(record) if concession else contract_facts(record))),
        holders=tuple(Holder("", entry[item]["id"], entry[item]["typeIdentifiant"]) for entry in holders),
    )


def contract_facts(record: Mapping[str, Any]) -> dict[str, Any]:
    where = record.get("lieuExecution", {})
    return {
        "cpv": record.get("codeCPV"),
        "techniques": codes_of(words.TECHNIQUES, record, "techniques", "technique"),
        "execution_modalities": codes_of(
            words.EXECUTION_MODALITIES, record, "modalitesExecution", "modaliteExecution"
        ),
        "framework_number": record.get("idAccordCadre"),
        "innovative": record.get("marcheInnovant"),
        "ccag": code_of(words.CCAGS, record.get("ccag")),
        "offers_received": record.get("offresRecues"),
        "advance_granted": record.get("attributionAvance"),
        "advance_rate": decimal_of(record.get("tauxAvance")),
        "grouping": code_of(words.GROUPINGS, record.get("typeGroupementOperateurs")),
        "place_code": where.get("code"),
        "place_type": code_of(words.PLACE_TYPES, where.get("typeCode")),
        "price_types": codes_of(words.PRICE_TYPES, record, "typesPrix", "typePrix"),
        "price_form": code_of(words.PRICE_FORMS, record.get("formePrix")),
        "subcontracting_declared": record.get("sousTraitanceDeclaree"),
        "eu_share": decimal_of(record.get("origineUE")),
        "french_share": decimal_of(record.get("origineFrance")),
    }


def concession_facts(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "execution_starts_on": day_of(record.get("dateDebutExecution")),
        "public_subsidy": decimal_of(record.get("montantSubventionPublique")),
    }


def code_of(known: Mapping[str, str], word: str | None) -> str | None:
    if word is None:
        return None
    return next(code for code, label in known.items() if label == word)


def codes_of(known: Mapping[str, str], record: Mapping[str, Any], name: str, item: str) -> tuple[str, ...]:
    return tuple(str(code_of(known, word)) for word in record.get(name, {}).get(item, ()))


def decimal_of(value: float | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def day_of(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
