"""What helps a depositor at once: is it the right file, who answers, are the expected answers there?

Our own few rules; the official ones (XSD, Schematron, code lists) are not run here. A finding never refuses.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dume.model import Criterion, Dume, Kind, Operator
from dume.parse import NotADume, read
from dume.report import Finding, Layer, Report, Severity
from dume.sniff import DumeUnreadable
from procurement.identifiers import is_siret

#: BR-SC-10: every request asks about convictions and about taxes and contributions, so a response has both.
ALWAYS_ASKED = {"III.A": "les condamnations pénales", "III.B": "les impôts et les cotisations sociales"}
LISTED = 5
YES = "«\u00a0Oui\u00a0»"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the caller knows of the consultation and of the depositor; "" is not compared."""

    reference: str = ""
    operator_siret: str = ""
    buyer: str = ""


def check(
    source: bytes | Dume,
    *,
    expected_reference: str | None = None,
    operator_siret: str | None = None,
    expected_buyer: str | None = None,
) -> Report:
    """The graded findings on a document. Bytes that are no DUME give an unreadable report, not an exception."""
    try:
        dume = read(source) if isinstance(source, bytes) else source
    except NotADume as refusal:
        return unreadable(str(refusal), rule="not-a-dume")
    except DumeUnreadable as refusal:
        return unreadable(str(refusal), rule="xml")
    expected = Expected(expected_reference or "", operator_siret or "", expected_buyer or "")
    party = dume.operator.party if dume.operator else None
    return Report(
        kind=dume.kind.value,
        version=dume.version,
        operator_name=party.name if party else "",
        operator_id=party.identifier if party else "",
        reference=dume.procedure.reference,
        lots=tuple(lot.id for lot in dume.procedure.lots),
        findings=tuple(findings(dume, expected)),
    )


def unreadable(message: str, *, rule: str) -> Report:
    finding = Finding(Severity.ERROR, "Fichier", message, rule=rule, layer=Layer.STRUCTURE)
    return Report(kind=Kind.UNKNOWN.value, findings=(finding,), readable=False)


def findings(dume: Dume, expected: Expected) -> Iterator[Finding]:
    yield from check_procedure(dume, expected)
    if dume.kind is not Kind.RESPONSE:
        yield Finding(
            Severity.ERROR,
            "Fichier",
            "Ce fichier est la demande de l'acheteur (DUME acheteur), pas la réponse de l'entreprise. "
            "Répondez-y dans votre service DUME, puis joignez la réponse.",
            rule="kind.response",
            value=dume.kind.value,
            layer=Layer.STRUCTURE,
        )
        return
    yield from check_operator(dume, expected)
    yield from check_exclusion(dume)
    yield from check_selection(dume)
    yield from check_links(dume)


def check_procedure(dume: Dume, expected: Expected) -> Iterator[Finding]:
    procedure = dume.procedure
    where = "Partie I, procédure"
    if not procedure.reference:
        message = "La référence de la consultation n'est pas indiquée."
        yield Finding(Severity.INFO, where, message, "procedure.reference")
    elif expected.reference and folded(expected.reference) != folded(procedure.reference):
        yield Finding(
            Severity.WARNING,
            where,
            f"Ce DUME porte la référence {quoted(procedure.reference)}, la consultation {quoted(expected.reference)}. "
            "Vérifiez qu'il répond bien à cette consultation.",
            "procedure.reference.differs",
            procedure.reference,
        )
    buyer = procedure.buyer.name
    if expected.buyer and buyer and folded(expected.buyer) != folded(buyer):
        yield Finding(
            Severity.WARNING,
            "Partie I, acheteur",
            f"L'acheteur nommé est {quoted(buyer)}, celui de la consultation {quoted(expected.buyer)}.",
            "procedure.buyer.differs",
            buyer,
        )


def quoted(text: str) -> str:
    return f"«\u00a0{text}\u00a0»"


def folded(text: str) -> str:
    return "".join(text.split()).casefold()


def check_operator(dume: Dume, expected: Expected) -> Iterator[Finding]:
    where = "Partie II.A, opérateur économique"
    operator = dume.operator or Operator()
    party = operator.party
    if not party.name:
        message = "Le nom de l'entreprise qui répond manque\u00a0; on ne sait pas de qui est ce DUME."
        yield Finding(Severity.ERROR, where, message, "BR-RESP-10-05")
    if not party.identifiers:
        message = "Aucun identifiant de l'entreprise (SIRET, numéro de TVA) n'est indiqué."
        yield Finding(Severity.ERROR, where, message, "BR-RESP-10-04")
    elif expected.operator_siret:
        yield from check_siret(operator, expected.operator_siret, where)
    if not party.address.country:
        yield Finding(Severity.INFO, where, "Le pays de l'entreprise n'est pas indiqué.", "BR-RESP-10-07")
    if not operator.size:
        message = "La taille de l'entreprise (micro, petite, moyenne, grande) n'est pas indiquée."
        yield Finding(Severity.INFO, where, message, "BR-RESP-10-06")
    if not dume.representatives:
        message = "Aucun représentant habilité à engager l'entreprise n'est nommé."
        yield Finding(Severity.INFO, "Partie II.B, représentants", message, "operator.representative")


def check_siret(operator: Operator, siret: str, where: str) -> Iterator[Finding]:
    """The same company is enough: another establishment of one SIREN, or its French VAT number, is no finding."""
    written = [
        "".join(char for char in one.value if char.isalnum()).upper() for one in operator.party.identifiers
    ]
    if any(siret[:9] in one for one in written):
        return
    given = next((one for one in written if is_siret(one)), written[0])
    yield Finding(
        Severity.WARNING,
        where,
        f"L'identifiant indiqué ({given}) n'est pas celui de l'entreprise qui dépose ({siret}). "
        "C'est normal pour un cotraitant ou un sous-traitant, sinon vérifiez le fichier.",
        "operator.identifier.differs",
        given,
    )


def check_exclusion(dume: Dume) -> Iterator[Finding]:
    grounds = dume.exclusion_grounds
    if not grounds:
        message = (
            "Ce DUME ne répond à aucun motif d'exclusion\u00a0; la déclaration sur l'honneur n'y est pas."
        )
        yield Finding(Severity.ERROR, "Partie III, motifs d'exclusion", message, "exclusion.none")
        return
    for part, subject in ALWAYS_ASKED.items():
        if not any(ground.part == part for ground in grounds):
            message = f"Ce DUME ne demande rien sur {subject}."
            yield Finding(Severity.WARNING, f"Partie {part}", message, "BR-SC-10")
    yield from check_declared(grounds)
    silent = [ground for ground in grounds if ground.declared is None and ground.main_question is not None]
    if silent:
        message = f"Sans réponse par oui ou non\u00a0: {listed(silent)}."
        yield Finding(Severity.WARNING, "Partie III, motifs d'exclusion", message, "exclusion.unanswered")


def check_declared(grounds: Iterable[Criterion]) -> Iterator[Finding]:
    """A declared ground is a fact for the buyer to weigh, self-cleaning included; never a refusal here."""
    declared = [ground for ground in grounds if any(one.declared for one in (ground, *ground.national))]
    for ground in declared:
        article = f" (article {ground.law})" if ground.law else ""
        message = f"Réponse {YES} à un motif d'exclusion, {quoted(ground.title)}{article}."
        yield Finding(Severity.WARNING, f"Partie {ground.part}", message, "exclusion.declared", ground.code)
    if declared:
        yield Finding(
            Severity.INFO,
            "Partie III, motifs d'exclusion",
            f"Si une réponse {YES} est une erreur, corrigez-la. Sinon, décrivez les mesures prises pour "
            "démontrer la fiabilité de l'entreprise\u00a0; l'acheteur les examinera.",
            "exclusion.declared.advice",
        )


def check_selection(dume: Dume) -> Iterator[Finding]:
    where = "Partie IV, critères de sélection"
    overall = [criterion for criterion in dume.selection_criteria if criterion.part == "IV.α"]
    if any(criterion.declared for criterion in overall):
        return
    if any(criterion.declared is False for criterion in overall):
        message = "L'indication globale répond que les critères de sélection ne sont pas tous remplis."
        yield Finding(Severity.WARNING, where, message, "selection.overall")
    asked = [criterion for criterion in dume.selection_criteria if criterion not in overall]
    if not asked and not overall:
        message = "Ce DUME ne contient aucun critère de sélection (capacités)."
        yield Finding(Severity.INFO, where, message, "selection.none")
    silent = [criterion for criterion in asked if not criterion.answers]
    if silent:
        yield Finding(
            Severity.WARNING, where, f"Sans réponse\u00a0: {listed(silent)}.", "selection.unanswered"
        )


def check_links(dume: Dume) -> Iterator[Finding]:
    """Answers, evidences and lots that point to nothing in the document."""
    if dume.unmatched:
        message = f"{len(dume.unmatched)} réponse(s) ne correspondent à aucune question du document."
        yield Finding(Severity.WARNING, "Réponses", message, "BR-TCR-06", layer=Layer.STRUCTURE)
    answers = [answer for criterion in dume.criteria for answer in criterion.answers]
    held = {evidence.id for evidence in dume.evidences}
    missing = {one for answer in answers for one in answer.evidences if one not in held}
    if missing:
        message = f"{len(missing)} justificatif(s) cités ne sont pas décrits dans le document."
        yield Finding(Severity.WARNING, "Justificatifs", message, "evidence.missing", layer=Layer.STRUCTURE)
    lots = {lot.id for lot in dume.procedure.lots}
    unknown = sorted({one for answer in answers for one in answer.lots if one not in lots})
    if unknown:
        message = f"Des réponses visent des lots que le document ne décrit pas\u00a0: {', '.join(unknown[:LISTED])}."
        yield Finding(
            Severity.WARNING, "Lots", message, "lot.unknown", value=unknown[0], layer=Layer.STRUCTURE
        )


def listed(found: Iterable[Criterion]) -> str:
    """The first titles, then how many more."""
    titles = [quoted(criterion.title) for criterion in found]
    more = f" et {len(titles) - LISTED} autres" if len(titles) > LISTED else ""
    return ", ".join(titles[:LISTED]) + more
