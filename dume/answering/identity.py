"""Part II of a response as fields: who answers, in which role, for which lots, and who may commit the company."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dume.elements import folded
from dume.model import Dume, Identifier, Operator, Representative
from procurement.identifiers import InvalidIdentifier, clean_siret

FRANCE = "FRA"
#: A national number: the list of schemes of 4.x (EOIDType) does not name the SIRET.
SIRET = "NATIONAL"
#: Codes of eo-role-type that a company chooses from, as a question and its answers.
SOLE, LEAD, MEMBER = "sole-tenderer", "group-lead", "group-mem"
RELIED_ON, SUBCONTRACTOR = "oeron", "subcont"


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing or cannot be read: `name` is the field that corrects it, "" for none of its own."""

    name: str
    label: str
    message: str


OPERATOR_LABELS: Mapping[str, str] = {
    "name": "Dénomination de l'entreprise",
    "identifier": "SIRET ou identifiant",
    "size": "Taille de l'entreprise",
    "role": "Vous répondez",
    "country": "Pays",
    "email": "E-mail du contact",
}
NEEDED: Mapping[str, str] = {
    "name": "Indiquez la dénomination de l'entreprise.",
    "identifier": "Indiquez le SIRET, ou l'identifiant du pays d'origine.",
    "size": "Choisissez la taille de l'entreprise.",
    "role": "Dites comment vous répondez.",
    "country": "Choisissez le pays.",
}
REPRESENTATIVE_LABELS: Mapping[str, str] = {
    "first_name": "Prénom",
    "family_name": "Nom",
    "capacity": "Qualité",
}
REPRESENTATIVE_NEEDED: Mapping[str, str] = {
    "first_name": "Indiquez le prénom.",
    "family_name": "Indiquez le nom.",
    "capacity": "Indiquez à quel titre cette personne engage l'entreprise, par exemple gérante.",
}
REPRESENTATIVE_FIELDS = ("first_name", "family_name", "capacity", "telephone", "email")


# --- The consultation, where no request says it ------------------------------------------------------------------
CONSULTATION_NEEDED: Mapping[str, tuple[str, str]] = {
    "reference": ("Référence de la consultation", "Indiquez la référence que l'acheteur a donnée."),
    "title": ("Intitulé de la consultation", "Indiquez l'intitulé de la consultation."),
    "buyer": ("Acheteur", "Indiquez le nom de l'acheteur."),
}


def consultation_words(dume: Dume) -> dict[str, str]:
    """`lots` are their numbers, "" for a contract that is not divided."""
    lots = [
        lot.id.removeprefix("LOT-").lstrip("0") for lot in dume.procedure.lots if not lot.is_whole_contract
    ]
    procedure = dume.procedure
    return {
        "reference": procedure.reference,
        "title": procedure.title,
        "buyer": procedure.buyer.name,
        "lots": ", ".join(lots),
    }


def with_consultation(dume: Dume, words: Mapping[str, str]) -> Dume:
    """All but the lots."""
    said = {key: folded(value) for key, value in (consultation_words(dume) | dict(words)).items()}
    buyer = replace(dume.procedure.buyer, name=said["buyer"])
    procedure = replace(dume.procedure, reference=said["reference"], title=said["title"], buyer=buyer)
    return replace(dume, procedure=procedure)


def consultation_gaps(dume: Dume) -> Iterator[Gap]:
    words = consultation_words(dume)
    for name, (label, message) in CONSULTATION_NEEDED.items():
        if not words[name]:
            yield Gap(name, label, message)


# --- The company ----------------------------------------------------------------------------------------------
def operator_words(dume: Dume) -> dict[str, str]:
    operator = dume.operator or Operator()
    party = operator.party
    return {
        "name": party.name,
        "identifier": party.identifier,
        "size": operator.size,
        "role": operator.role,
        "country": party.address.country,
        "street": party.address.street,
        "postcode": party.address.postcode,
        "city": party.address.city,
        "contact": party.contact.name,
        "telephone": party.contact.telephone,
        "email": party.contact.email,
        "website": party.website,
    }


def with_operator(dume: Dume, words: Mapping[str, str]) -> Dume:
    said = {key: folded(value) for key, value in (operator_words(dume) | dict(words)).items()}
    operator = dume.operator or Operator()
    before = operator.party
    party = replace(
        before,
        name=said["name"],
        identifiers=with_first(before.identifiers, said["identifier"], said["country"]),
        address=replace(
            before.address,
            street=said["street"],
            postcode=said["postcode"],
            city=said["city"],
            country=said["country"],
        ),
        contact=replace(
            before.contact, name=said["contact"], telephone=said["telephone"], email=said["email"]
        ),
        website=said["website"],
    )
    after = replace(operator, party=party, role=said["role"], size=said["size"])
    return residing(replace(dume, operator=after))


def residing(dume: Dume) -> Dume:
    """A representative lives in the operator's country unless another is said (BR-RESP-20-03 asks for one)."""
    country = dume.operator.party.address.country if dume.operator else ""
    people = tuple(
        one if one.address.country else replace(one, address=replace(one.address, country=country))
        for one in dume.representatives
    )
    return replace(dume, representatives=people)


def with_first(identifiers: tuple[Identifier, ...], written: str, country: str) -> tuple[Identifier, ...]:
    """The first identifier as written, the others as they were."""
    if not written:
        return identifiers[1:]
    if country != FRANCE:
        before = identifiers[0] if identifiers and identifiers[0].scheme != SIRET else Identifier("")
        return (replace(before, value=written), *identifiers[1:])
    try:
        return (Identifier(clean_siret(written), SIRET), *identifiers[1:])
    except InvalidIdentifier:
        return (Identifier(written, SIRET), *identifiers[1:])


def operator_gaps(dume: Dume) -> Iterator[Gap]:
    words = operator_words(dume)
    for name, message in NEEDED.items():
        if not words[name]:
            yield Gap(name, OPERATOR_LABELS[name], message)
    if words["identifier"] and words["country"] == FRANCE:
        try:
            clean_siret(words["identifier"])
        except InvalidIdentifier as refusal:
            yield Gap("identifier", OPERATOR_LABELS["identifier"], str(refusal))
    if words["email"] and "@" not in words["email"]:
        message = "Écrivez une adresse complète, par exemple contact@entreprise.example."
        yield Gap("email", OPERATOR_LABELS["email"], message)


# --- Representatives ------------------------------------------------------------------------------------------
def representative_words(one: Representative) -> dict[str, str]:
    return {
        "first_name": one.first_name,
        "family_name": one.family_name,
        "capacity": one.capacity,
        "telephone": one.contact.telephone,
        "email": one.contact.email,
    }


def with_representatives(dume: Dume, rows: Mapping[int, Mapping[str, str]]) -> Dume:
    """Those of these rows; what the form does not ask of somebody stays. A row left empty goes."""
    known = dict(enumerate(dume.representatives))
    people = [represented(known.get(number, Representative()), rows[number]) for number in sorted(rows)]
    named = tuple(one for one in people if any(representative_words(one).values()))
    return residing(replace(dume, representatives=named))


def represented(before: Representative, words: Mapping[str, str]) -> Representative:
    said = {key: folded(words.get(key, "")) for key in REPRESENTATIVE_FIELDS}
    return replace(
        before,
        first_name=said["first_name"],
        family_name=said["family_name"],
        capacity=said["capacity"],
        contact=replace(before.contact, telephone=said["telephone"], email=said["email"]),
    )


def representative_gaps(dume: Dume) -> Iterator[Gap]:
    for number, one in enumerate(dume.representatives or (Representative(),)):
        words = representative_words(one)
        for name, message in REPRESENTATIVE_NEEDED.items():
            if not words[name]:
                yield Gap(f"{name}~{number}", REPRESENTATIVE_LABELS[name], message)
