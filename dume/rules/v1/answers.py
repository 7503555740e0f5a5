"""File 05 of ESPD 1.0.2: one answer to a question, of the type that the question announces."""

from collections.abc import Iterable

from lxml import etree

from dume.rules.v1.reading import CAC, CBC, CCV, CCV_CBC, CEV, GROUP, Broken, first_in, french, string

RESPONSE = f"{CCV}Response"
#: By announced type: short name of the rule, element that holds the answer, what is expected in French.
ANSWERS = {
    "AMOUNT": ("answer-amount", f"{CBC}Amount", "un montant (Amount)"),
    "CODE": ("answer-code", f"{CCV_CBC}Code", "un code (Code)"),
    "CODE_COUNTRY": ("answer-country", f"{CCV_CBC}Code", "un code de pays (Code)"),
    "DATE": ("answer-date", f"{CBC}Date", "une date (Date)"),
    "DESCRIPTION": ("answer-description", f"{CBC}Description", "un texte (Description)"),
    "EVIDENCE_URL": ("answer-evidence", f"{CEV}Evidence", "l'adresse d'un justificatif (Evidence)"),
    "INDICATOR": ("answer-indicator", f"{CCV_CBC}Indicator", "oui ou non (Indicator)"),
    "PERCENTAGE": ("answer-percentage", f"{CBC}Percent", "un pourcentage (Percent)"),
    "PERIOD": ("answer-period", f"{CAC}Period", "une période (Period)"),
    "QUANTITY_INTEGER": ("answer-quantity-integer", f"{CBC}Quantity", "un nombre entier (Quantity)"),
    "QUANTITY_YEAR": ("answer-quantity-year", f"{CBC}Quantity", "une année (Quantity)"),
    "QUANTITY": ("answer-quantity", f"{CBC}Quantity", "une quantité (Quantity)"),
}
TWICE = french("Cette question a reçu plusieurs réponses : n'en gardez qu'une (élément Response).")
MISMATCH = french("La réponse n'est pas du type que la question annonce ({kind}) : donnez {expected}.")


def answer(question: etree._Element) -> Iterable[Broken]:
    """Every question of a group, however deep; an element Response without content is no answer yet."""
    responses = list(question.iterchildren(RESPONSE))
    group = question.getparent()
    if not responses or group is None or group.tag != GROUP:
        return ()
    broken: list[Broken] = [("answer-once", TWICE, str(len(responses)))] if len(responses) > 1 else []
    kind = question.get("responseDataType", "")
    if kind in ANSWERS:
        short, tag, expected = ANSWERS[kind]
        given = first_in(responses, tag)
        if not (given is not None and string(given)) and first_in(responses, "*") is not None:
            broken.append((short, MISMATCH.format(kind=kind, expected=expected), ""))
    return broken
