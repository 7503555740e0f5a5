"""Where in the form an element stands, in French: part, criterion, question; whatever the version.

« Partie III.A, « Condamnation pour corruption », question « Date de la condamnation » ».
"""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from lxml import etree

from dume.criteria import lookup, part_of, question_in_french
from dume.nodes import child, local_name, text, texts

CRITERIA = {"TenderingCriterion", "Criterion"}
NATIONAL = {"SubTenderingCriterion", "SubCriterion"}
GROUPS = {"TenderingCriterionPropertyGroup", "SubsidiaryTenderingCriterionPropertyGroup", "RequirementGroup"}
PROPERTIES = {"TenderingCriterionProperty", "Requirement"}
#: The same, as lxml wants them.
WITH_QUESTIONS = tuple(f"{{*}}{name}" for name in sorted(CRITERIA))
WANTED = ("{*}TenderingCriterionProperty", "{*}Requirement")
RESPONSE = "TenderingCriterionResponse"
HEADER = "En-tête du fichier"
LONGEST = 80
#: Child of the root -> its place in the form (regulation (EU) 2016/7).
SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "ContractingParty": "Partie I, acheteur",
        "ServiceProviderParty": "Partie I, service qui a produit le DUME",
        "ContractFolderID": "Partie I, référence de la consultation",
        "ProcedureCode": "Partie I, type de procédure",
        "TenderingProcess": "Partie I, procédure",
        "ProcurementProject": "Partie I, objet du marché",
        "ProcurementProjectLot": "Partie I, lots",
        "AdditionalDocumentReference": "Partie I, avis et documents cités",
        "EconomicOperatorParty": "Partie II.A, opérateur économique",
        "EconomicOperatorGroupName": "Partie II.A, nom du groupement",
        "Evidence": "Justificatifs",
        "Signature": "Partie VI, signature",
    }
)
#: Element inside a section -> what it holds; the innermost one is told.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "PartyName": "nom",
        "PartyIdentification": "identifiant",
        "EndpointID": "identifiant électronique",
        "WebsiteURI": "site internet",
        "PostalAddress": "adresse",
        "Country": "pays",
        "Contact": "contact",
        "ElectronicMail": "adresse électronique",
        "Telephone": "téléphone",
        "IndustryClassificationCode": "taille de l'entreprise",
        "SMEIndicator": "taille de l'entreprise",
        "EconomicOperatorRole": "rôle",
        "RoleCode": "rôle",
        "EconomicOperatorRoleCode": "rôle",
        "EmployeeQuantity": "effectif",
        "FinancialCapability": "chiffre d'affaires",
        "DocumentTypeCode": "type de document",
        "ExternalReference": "adresse et description",
        "IssuerParty": "émetteur",
        "ConfidentialityLevelCode": "confidentialité",
        "ProcurementTypeCode": "type de marché",
        "MainCommodityClassification": "code CPV",
        "AdditionalCommodityClassification": "code CPV",
    }
)
KINDS = {"REQUIREMENT": "exigence", "CAPTION": "texte"}


class Places:
    """Places in one document. Questions are indexed when an answer is first asked for: most documents never are."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root

    def of(self, element: etree._Element) -> str:
        chain = [element, *element.iterancestors()][:-1]  # without the root
        if not chain:
            return HEADER
        top = chain[-1]
        name = local_name(top)
        if name in CRITERIA:
            return self.in_criterion(chain)
        if name == RESPONSE:
            return self.in_response(top)
        return in_section(name, chain)

    def in_criterion(self, chain: list[etree._Element]) -> str:
        place = criterion_place(chain[-1])
        sub = innermost(chain, NATIONAL)
        if sub is not None:
            place += f", critère national {quoted(text(sub, 'Name') or text(sub, 'ID'))}"
        prop = innermost(chain, PROPERTIES)
        if prop is not None:
            return place + property_place(prop)
        group = innermost(chain, GROUPS)
        return place + group_place(group) if group is not None else place

    def in_response(self, response: etree._Element) -> str:
        asked = text(response, "ValidatedCriterionPropertyID")
        prop = self.properties.get(asked)
        if prop is not None:
            return self.of(prop)
        return f"Réponses, à la question {quoted(asked)}" if asked else "Réponses"

    @cached_property
    def properties(self) -> Mapping[str, etree._Element]:
        found: dict[str, etree._Element] = {}
        for criterion in self.root.iterchildren(*WITH_QUESTIONS):
            for prop in criterion.iter(*WANTED):
                found.setdefault(text(prop, "ID"), prop)
        return found

    def at(self, path: str) -> etree._Element:
        """The element of « /ESPDResponse/Criterion[3]/ID[1] », or the last one that is found on the way."""
        node = self.root
        for step in path.strip("/").split("/")[1:]:
            name, _, position = step.partition("[")
            like = [one for one in node if local_name(one) == name]
            index = int(position.rstrip("]") or 1) - 1 if position.rstrip("]").isdigit() else 0
            if index >= len(like):
                break
            node = like[index]
        return node


def quoted(written: str) -> str:
    short = written if len(written) <= LONGEST else f"{written[: LONGEST - 1].rstrip()}…"
    return f"«\u00a0{short}\u00a0»"


def innermost(chain: list[etree._Element], names: set[str]) -> etree._Element | None:
    return next((one for one in chain if local_name(one) in names), None)


def criterion_place(node: etree._Element) -> str:
    uuid, code = text(node, "ID"), text(node, "CriterionTypeCode") or text(node, "TypeCode")
    known = lookup(uuid=uuid, code=code)
    part = known.part if known else part_of(code)
    title = (known.name_fr if known else "") or text(node, "Name") or code or uuid
    where = f"Partie {part}" if part else "Critère"
    if title:
        return f"{where}, {quoted(title)}" if part else f"{where} {quoted(title)}"
    like = list(node.itersiblings(node.tag, preceding=True))
    return f"{where} n°\u00a0{len(like) + 1}"


def label_of(prop: etree._Element) -> str:
    return question_in_french(texts(prop, "Description") or text(prop, "Name"))


def property_place(prop: etree._Element) -> str:
    kind = KINDS.get(text(prop, "TypeCode").upper(), "question")
    label = label_of(prop) or text(prop, "ID")
    return f", {kind} {quoted(label)}" if label else f", {kind} sans libellé"


def group_place(group: etree._Element) -> str:
    """A group has no words of its own: its first question names it."""
    first = next(group.iter(*WANTED), None)
    label = label_of(first) if first is not None else ""
    return f", groupe de {quoted(label)}" if label else ""


def in_section(name: str, chain: list[etree._Element]) -> str:
    names = [local_name(one) for one in chain]
    if {"PowerOfAttorney", "RepresentativeNaturalPerson"} & set(names):
        section = "Partie II.B, représentants"
    elif "ServiceProviderParty" in names:
        section = SECTIONS["ServiceProviderParty"]
    else:
        section = SECTIONS.get(name, HEADER)
    if name == "ProcurementProjectLot" and (lot := text(chain[-1], "ID")):
        section = f"Partie I, lot {quoted(lot)}"
    if name == "Evidence" and (evidence := evidence_name(chain[-1])):
        section = f"Justificatif {quoted(evidence)}"
    field = next((FIELDS[one] for one in names[:-1] if one in FIELDS), "")
    return f"{section}, {field}" if field else section


def evidence_name(node: etree._Element) -> str:
    return text(node, "Name") or text(child(node, "DocumentReference"), "DocumentType") or text(node, "ID")
