"""libxml2's errors in plain French: what is wrong, where, what to change."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from lxml import etree

from dume.nodes import local_name, namespace
from dume.structure.ubl.contents import Contents, Slot
from dume.structure.ubl.editions import ENTRIES

#: What libxml2 quotes: the element it speaks of, an attribute, the value it read.
ABOUT_ELEMENT = re.compile(r"Element '(?:\{(?P<namespace>[^}]*)\})?(?P<name>[^']*)'")
ABOUT_ATTRIBUTE = re.compile(r"attribute '(?:\{[^}]*\})?(?P<name>[^']*)'", re.IGNORECASE)
VALUE = re.compile(r": '(?P<value>.*)' is not a valid value of the", re.DOTALL)
LONGEST = 100
#: Kind of value (our schemas) -> what is expected.
EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "Day": "une date écrite AAAA-MM-JJ",
        "Hour": "une heure écrite HH:MM:SS",
        "Flag": "true (oui) ou false (non)",
        "Amount": "un montant en chiffres, avec un point pour les décimales",
        "Quantity": "un nombre en chiffres, avec un point pour les décimales",
        "Measure": "un nombre en chiffres, avec un point pour les décimales",
        "Number": "un nombre en chiffres, avec un point pour les décimales",
        "File": "un fichier encodé en base64",
    }
)
#: Attribute -> what it says, for those that may be required.
ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {"currencyID": "la devise", "unitCode": "l'unité", "mimeCode": "le format du fichier"}
)


class Said(NamedTuple):
    code: str
    message: str


class Fault(NamedTuple):
    """One error: as libxml2 wrote it, the element where it stands when it could be found."""

    written: str
    element: etree._Element | None
    contents: Contents

    @property
    def name(self) -> str:
        match = ABOUT_ELEMENT.search(self.written)
        return match["name"] if match else ""

    @property
    def attribute(self) -> str:
        match = ABOUT_ATTRIBUTE.search(self.written)
        return match["name"] if match else ""

    @property
    def value(self) -> str:
        match = VALUE.search(self.written)
        return " ".join(match["value"].split()) if match else ""


def said(kind: str, fault: Fault) -> Said:
    """`kind` is libxml2's name of the error."""
    write = SENTENCES.get(kind)
    return write(fault) if write else not_followed(fault)


def not_followed(fault: Fault) -> Said:
    return Said(
        "not-followed",
        f"L'élément {quoted(fault.name)} ne suit pas le format du DUME. "
        "Exportez de nouveau le document depuis l'outil qui l'a produit.",
    )


def wrong_root(fault: Fault) -> Said:
    if fault.name in ENTRIES:
        match = ABOUT_ELEMENT.search(fault.written)
        announced = (match["namespace"] if match else "") or ""
        found = f"L'espace de noms {quoted(announced)}" if announced else "L'absence d'espace de noms"
        return Said(
            "wrong-namespace",
            f"{found} de l'élément racine {quoted(fault.name)} n'est pas celui de cette version du DUME. "
            "Exportez de nouveau le document dans la version qu'il annonce.",
        )
    return Said(
        "wrong-root",
        f"L'élément racine {quoted(fault.name)} n'est pas celui d'un DUME\u00a0: attendu "
        f"{' ou '.join(quoted(name) for name in ENTRIES)}. Vérifiez qu'il s'agit du bon fichier.",
    )


def wrong_content(fault: Fault) -> Said:
    """An element that is not expected, or one that is missing at the end of its parent."""
    if "Missing child element" in fault.written:
        return missing_at_the_end(fault)
    element = fault.element
    parent = element.getparent() if element is not None else None
    slots = fault.contents.slots.get(str(parent.tag), ()) if parent is not None else ()
    if element is None or parent is None or not slots:
        return Said(
            "unexpected-element",
            f"L'élément {quoted(fault.name)} n'est pas attendu à cet endroit. Déplacez-le ou supprimez-le.",
        )
    return out_of_place(element, parent, slots)


def out_of_place(element: etree._Element, parent: etree._Element, slots: tuple[Slot, ...]) -> Said:
    names = [slot.name for slot in slots]
    name, inside = quoted(local_name(element)), quoted(local_name(parent))
    if element.tag not in names:
        return unknown(element, parent, names)
    own = slots[names.index(str(element.tag))]
    rank = {slot_name: index for index, slot_name in enumerate(names)}
    before = [str(node.tag) for node in element.itersiblings("*", preceding=True)]
    later = [one for one in before if rank.get(one, -1) > rank[own.name]]
    if own.name in before and not own.repeatable:
        return Said(
            "repeated-element",
            f"L'élément {name} ne peut figurer qu'une fois dans {inside}. Supprimez la répétition.",
        )
    if later:
        return Said(
            "misplaced-element",
            f"L'élément {name} est mal placé dans {inside}\u00a0: il doit venir avant {quoted(local(later[-1]))}. "
            "Déplacez-le.",
        )
    absent = [slot.name for slot in slots[: rank[own.name]] if slot.required and slot.name not in before]
    if absent:
        return Said(
            "missing-element",
            f"Il manque l'élément obligatoire {quoted(local(absent[0]))} dans {inside}, avant {name}. "
            "Ajoutez-le ou remettez-le à sa place.",
        )
    return Said(
        "unexpected-element", f"L'élément {name} n'est pas attendu à cet endroit de {inside}. Supprimez-le."
    )


def unknown(element: etree._Element, parent: etree._Element, names: list[str]) -> Said:
    name, inside = quoted(local_name(element)), quoted(local_name(parent))
    if local_name(element) in map(local, names):
        return Said(
            "wrong-namespace",
            f"L'élément {name} n'est pas dans l'espace de noms attendu dans {inside} "
            f"({quoted(namespace(element)) if namespace(element) else 'il n’en a aucun'}). Corrigez son préfixe.",
        )
    return Said(
        "unknown-element",
        f"L'élément {name} n'existe pas dans {inside} dans cette version du DUME. "
        "Supprimez-le, déplacez-le ou corrigez son nom.",
    )


def missing_at_the_end(fault: Fault) -> Said:
    element = fault.element
    slots = fault.contents.slots.get(str(element.tag), ()) if element is not None else ()
    present = {str(child.tag) for child in element} if element is not None else set()
    absent = [local(slot.name) for slot in slots if slot.required and slot.name not in present]
    what = f"l'élément obligatoire {quoted(absent[0])}" if absent else "un élément obligatoire"
    return Said("missing-element", f"Il manque {what} dans {quoted(fault.name)}. Ajoutez-le.")


def wrong_value(fault: Fault) -> Said:
    where = f"de l'attribut {quoted(fault.attribute)} " if fault.attribute else ""
    code = "wrong-attribute" if fault.attribute else "wrong-value"
    kind = fault.contents.kinds.get(str(fault.element.tag), "") if fault.element is not None else ""
    expected = "" if fault.attribute else EXPECTED.get(kind, "")
    wanted = f"\u00a0: attendu, {expected}" if expected else ""
    if not fault.value:
        return Said(code, f"La valeur {where}de {quoted(fault.name)} est vide{wanted}. Complétez-la.")
    return Said(
        code,
        f"La valeur {quoted(fault.value)} {where}de {quoted(fault.name)} n'est pas valide{wanted}. Corrigez-la.",
    )


def unknown_attribute(fault: Fault) -> Said:
    return Said(
        "unknown-attribute",
        f"L'attribut {quoted(fault.attribute)} n'existe pas pour {quoted(fault.name)}. Supprimez-le.",
    )


def missing_attribute(fault: Fault) -> Said:
    says = ATTRIBUTES.get(fault.attribute)
    return Said(
        "missing-attribute",
        f"Il manque l'attribut obligatoire {quoted(fault.attribute)}{f' ({says})' if says else ''} "
        f"de {quoted(fault.name)}. Ajoutez-le.",
    )


def stray_text(fault: Fault) -> Said:
    return Said(
        "stray-text",
        f"Du texte se trouve directement dans {quoted(fault.name)}, qui ne contient que des éléments. "
        "Supprimez-le ou écrivez-le dans l'élément prévu.",
    )


def value_with_elements(fault: Fault) -> Said:
    return Said(
        "stray-elements",
        f"{quoted(fault.name)} ne porte qu'une valeur et contient d'autres éléments. Sortez-les ou supprimez-les.",
    )


def quoted(written: str) -> str:
    short = written if len(written) <= LONGEST else f"{written[: LONGEST - 1].rstrip()}…"
    return f"«\u00a0{short}\u00a0»"


def local(name: str) -> str:
    return name.rpartition("}")[2]


SENTENCES = MappingProxyType(
    {
        "SCHEMAV_CVC_ELT_1": wrong_root,
        "SCHEMAV_ELEMENT_CONTENT": wrong_content,
        "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": wrong_value,
        "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": unknown_attribute,
        "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": unknown_attribute,
        "SCHEMAV_CVC_COMPLEX_TYPE_4": missing_attribute,
        "SCHEMAV_CVC_COMPLEX_TYPE_2_2": value_with_elements,
        "SCHEMAV_CVC_COMPLEX_TYPE_2_3": stray_text,
    }
)
