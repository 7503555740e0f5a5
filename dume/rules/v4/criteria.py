"""BR-TC: criteria, groups and properties, against the official criteria of the version.

Follows « Common Criterion Business Rules » (03). A document may have more groups and properties than the official
criterion, never fewer.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import (
    CAC,
    CBC,
    CRITERION,
    GROUP,
    ID,
    PROPERTY,
    SUB_CRITERION,
    SUBGROUP,
    Index,
    Parts,
    ids,
    is_blank,
    says,
    shown,
    string,
)
from dume.rules.ubl.taxonomy import Allowed, Criterion, Group, Taxonomy, taxonomy
from dume.rules.ubl.words import NBSP, quoted
from dume.rules.v4.edition import Edition

CODE = f"{CBC}CriterionTypeCode"
NAME = f"{CBC}Name"
DESCRIPTION = f"{CBC}Description"
TYPE = f"{CBC}TypeCode"
VALUE_TYPE = f"{CBC}ValueDataTypeCode"
GROUP_CODE = f"{CBC}PropertyGroupTypeCode"
LEGISLATION = f"{CAC}Legislation"

#: (rule, child, flag, what to say when the child is absent).
Mandatory = tuple[tuple[str, str, Flag, str], ...]
IN_CRITERION: Mandatory = (
    (
        "BR-TC-03",
        CODE,
        Flag.FATAL,
        "Le code du critère manque (CriterionTypeCode). Reprenez celui de la taxonomie européenne.",
    ),
    (
        "BR-TC-05",
        NAME,
        Flag.FATAL,
        "Le nom du critère manque (Name). Reprenez celui de la taxonomie européenne.",
    ),
    (
        "BR-TC-06",
        DESCRIPTION,
        Flag.FATAL,
        "La description du critère manque (Description). Ajoutez le texte qui dit ce qui est demandé.",
    ),
)
IN_LEGISLATION: Mandatory = (
    (
        "BR-TC-09",
        f"{CBC}Title",
        Flag.FATAL,
        "Le titre du texte de loi cité par le critère manque (Legislation/Title). Indiquez-le en entier.",
    ),
    (
        "BR-TC-10",
        DESCRIPTION,
        Flag.WARNING,
        "Le texte de loi cité n'est pas décrit (Legislation/Description). Ajoutez sa description si elle est connue.",
    ),
    (
        "BR-TC-11",
        f"{CBC}Article",
        Flag.WARNING,
        "L'article du texte de loi cité n'est pas indiqué (Legislation/Article). Ajoutez-le s'il est connu.",
    ),
)
IN_GROUP: Mandatory = (
    (
        "BR-TC-12",
        ID,
        Flag.FATAL,
        "L'identifiant d'un groupe de questions manque (ID). Reprenez celui de la taxonomie européenne.",
    ),
    (
        "BR-TC-14",
        GROUP_CODE,
        Flag.FATAL,
        "Le code d'un groupe de questions manque (PropertyGroupTypeCode). Mettez ON*, ONTRUE ou ONFALSE.",
    ),
)
IN_PROPERTY: Mandatory = (
    (
        "BR-TC-18",
        ID,
        Flag.FATAL,
        "L'identifiant d'une question ou exigence manque (ID). Donnez-lui un identifiant unique.",
    ),
    (
        "BR-TC-19",
        DESCRIPTION,
        Flag.FATAL,
        "Le texte d'une question ou exigence manque (Description). Écrivez ce qui est demandé.",
    ),
    (
        "BR-TC-20",
        TYPE,
        Flag.FATAL,
        f"La nature de la ligne manque (TypeCode){NBSP}: mettez CAPTION, REQUIREMENT ou QUESTION.",
    ),
    (
        "BR-TC-21-01",
        VALUE_TYPE,
        Flag.FATAL,
        "Le type de la réponse attendue manque (ValueDataTypeCode). Mettez NONE si aucune n'est attendue.",
    ),
)

GROUP_PARTS = frozenset(child for _rule, child, _flag, _message in IN_GROUP)
PROPERTY_PARTS = frozenset(child for _rule, child, _flag, _message in IN_PROPERTY)


def judge(index: Index, edition: Edition) -> Iterator[Fired]:
    known = taxonomy(edition.version)
    for node in index.all(CRITERION):
        yield from judge_criterion(node, index.parts(node), known)
    for node in index.all(LEGISLATION):
        yield from absent(node, index.parts(node), IN_LEGISLATION)
    yield from judge_groups(index, known)
    yield from judge_properties(index, known)


def absent(node: etree._Element, own: Parts, mandatory: Mandatory) -> Iterator[Fired]:
    for rule, child, flag, message in mandatory:
        if child not in own:
            yield Fired(rule, flag, node, message)


def judge_criterion(node: etree._Element, own: Parts, known: Taxonomy) -> Iterator[Fired]:
    id_ = " ".join(string(part) for part in own.get(ID, ()))
    yield from absent(node, own, IN_CRITERION)
    if is_blank(id_):
        message = (
            "L'identifiant du critère manque (ID). Reprenez l'UUID que la taxonomie européenne lui donne."
        )
        yield Fired("BR-TC-02-01", Flag.FATAL, node, message)
        return
    official = known.criteria.get(id_)
    if official is None:
        message = (
            f"Le critère {quoted(id_)} n'existe pas dans la taxonomie européenne de cette version. "
            "Reprenez l'UUID officiel (e-Certis) du critère voulu."
        )
        yield Fired("BR-TC-02-02", Flag.FATAL, node, message, shown([id_]))
        return
    yield from compare_criterion(node, own, official)


def compare_criterion(node: etree._Element, own: Parts, official: Criterion) -> Iterator[Fired]:
    missing = official.groups - len(own.get(GROUP, ()))
    if missing > 0:
        message = (
            f"Il manque {missing} groupe(s) de questions à ce critère. "
            "Reprenez tous les groupes du critère officiel, même ceux qui restent sans réponse."
        )
        yield Fired("BR-TC-07", Flag.FATAL, node, message, str(missing))
    written = [string(part) for part in own.get(CODE, ())]
    if official.code not in written:
        message = (
            f"Le code du critère {quoted(shown(written))} n'est pas celui de son UUID. "
            f"Écrivez {quoted(official.code)}."
        )
        yield Fired("BR-TC-04", Flag.FATAL, node, message, shown(written))


def judge_groups(index: Index, known: Taxonomy) -> Iterator[Fired]:
    above_ids: dict[etree._Element, frozenset[str]] = {}
    for node in index.all(GROUP, SUBGROUP):
        own = index.parts(node)
        if not own.keys() >= GROUP_PARTS:
            yield from absent(node, own, IN_GROUP)
        own_ids = [string(part) for part in own.get(ID, ())]
        if is_blank("".join(own_ids)):
            continue
        above = node.getparent()
        if above is not None and above not in above_ids:
            above_ids[above] = frozenset(ids(above))
        parents = above_ids[above] if above is not None else frozenset[str]()
        yield from judge_group(node, own, known, own_ids, parents)


def judge_group(
    node: etree._Element, own: Parts, known: Taxonomy, own_ids: list[str], parents: frozenset[str]
) -> Iterator[Fired]:
    group = placed(known.groups, own_ids, parents)
    subgroup = placed(known.subgroups, own_ids, parents)
    if group is None and subgroup is None:
        if next(node.iterancestors(SUB_CRITERION), None) is None:
            yield unknown_group(node, own_ids)
        return
    if group is not None:
        yield from compare_group(node, own, group, "01")
    if subgroup is not None:
        yield from compare_group(node, own, subgroup, "02")


def placed(
    known: Mapping[str, Mapping[str, Group]], own_ids: list[str], parents: frozenset[str]
) -> Group | None:
    """The official group of this id in this place."""
    for id_ in own_ids:
        for parent, group in known.get(id_, {}).items():
            if parent in parents:
                return group
    return None


def unknown_group(node: etree._Element, own_ids: list[str]) -> Fired:
    message = (
        f"Le groupe de questions {quoted(shown(own_ids))} n'existe pas à cet endroit du critère officiel. "
        "Reprenez l'identifiant du groupe dans la taxonomie européenne de cette version."
    )
    return Fired("BR-TC-13", Flag.FATAL, node, message, shown(own_ids))


def compare_group(node: etree._Element, own: Parts, official: Group, suffix: str) -> Iterator[Fired]:
    missing = official.properties - len(own.get(PROPERTY, ()))
    if missing > 0:
        message = (
            f"Il manque {missing} ligne(s) à ce groupe de questions. Reprenez celles du critère officiel."
        )
        yield Fired(f"BR-TC-16-{suffix}", Flag.FATAL, node, message, str(missing))
    missing = official.subgroups - len(own.get(SUBGROUP, ()))
    if missing > 0:
        message = (
            f"Il manque {missing} sous-groupe(s) à ce groupe de questions. Reprenez ceux du critère officiel."
        )
        yield Fired(f"BR-TC-17-{suffix}", Flag.FATAL, node, message, str(missing))
    codes = own.get(GROUP_CODE, [])
    if not says(codes, (official.code,)):
        written = shown(string(code) for code in codes)
        message = (
            f"Le code {quoted(written)} de ce groupe de questions n'est pas celui du critère officiel. "
            f"Écrivez {quoted(official.code)}."
        )
        yield Fired(f"BR-TC-15-{suffix}", Flag.FATAL, node, message, written)


def judge_properties(index: Index, known: Taxonomy) -> Iterator[Fired]:
    allowed_in: dict[etree._Element, Allowed | None] = {}
    for node in index.all(PROPERTY):
        own = index.parts(node)
        if not own.keys() >= PROPERTY_PARTS:
            yield from absent(node, own, IN_PROPERTY)
        group = node.getparent()
        if group is None:
            continue
        if group not in allowed_in:
            allowed_in[group] = next((known.allowed[id_] for id_ in ids(group) if id_ in known.allowed), None)
        allowed = allowed_in[group]
        if allowed is not None and not is_expected(own, allowed):
            yield from compare_property(node, own, allowed)


def is_expected(own: Parts, allowed: Allowed) -> bool:
    return says(own.get(TYPE, ()), allowed.types) and says(own.get(VALUE_TYPE, ()), allowed.values)


def compare_property(node: etree._Element, own: Parts, allowed: Allowed) -> Iterator[Fired]:
    types = own.get(TYPE, [])
    if types and not says(types, allowed.types) and not is_blank(string(types[0])):
        written = shown(string(part) for part in types)
        message = (
            f"Une ligne de nature {quoted(written)} n'est pas prévue dans ce groupe de questions. "
            f"Sont prévues{NBSP}: {', '.join(sorted(allowed.types))}."
        )
        yield Fired("BR-TC-20-02", Flag.FATAL, node, message, written)
    values = own.get(VALUE_TYPE, [])
    if values and not says(values, allowed.values) and not is_blank(string(values[0])):
        written = shown(string(part) for part in values)
        message = (
            f"Une réponse de type {quoted(written)} n'est pas prévue dans ce groupe de questions. "
            f"Sont prévus{NBSP}: {', '.join(sorted(allowed.values))}."
        )
        yield Fired("BR-TC-21-03", Flag.FATAL, node, message, written)
