"""Facts to look at across the DUME of one candidate: identity, reference, lots, roles, who is named and absent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from dume.analysis.capacity import Entity, entities
from dume.analysis.exclusion import answers
from dume.analysis.lots import numbers
from dume.analysis.model import Candidate, Remark
from dume.checking.own import folded, quoted
from dume.model import Dume, Operator
from dume.values import joined

LEADS = frozenset({"group-lead", "le"})
MEMBERS = frozenset({"group-mem", "gm"})
RELIED_UPON, SUBCONTRACTED = "II.C", "II.D"
#: Criteria of part II.A that speak of a group, in any version.
GROUP_CODES = frozenset({"eo-group", "CRITERION.OTHER.EO_DATA.TOGETHER_WITH_OTHERS"})


@dataclass(frozen=True, slots=True)
class Voice:
    """A readable DUME and how it is called in a sentence."""

    name: str
    dume: Dume

    @property
    def operator(self) -> Operator:
        return self.dume.operator or Operator()

    @property
    def identifiers(self) -> tuple[str, ...]:
        return tuple(map(compact, (one.value for one in self.operator.party.identifiers)))


def compact(written: str) -> str:
    return "".join(char for char in written if char.isalnum()).upper()


def remarks(candidate: Candidate, voices: Sequence[Voice], reference: str) -> Iterator[Remark]:
    yield from identity(candidate, voices)
    yield from procedure(voices, reference)
    yield from lots(candidate, voices)
    yield from roles(voices)
    yield from absent(voices)
    yield from grounds(voices)


def identity(candidate: Candidate, voices: Sequence[Voice]) -> Iterator[Remark]:
    """The same company is enough: another establishment of one SIREN, or its VAT number."""
    siren = candidate.siret[:9]
    if not voices or not siren or any(siren in one for voice in voices for one in voice.identifiers):
        return
    found = joined(*(identifier for voice in voices for identifier in voice.identifiers[:1]))
    written = f"identifiants lus : {found}" if found else "aucun identifiant n'y est écrit"
    yield Remark(
        "Identité",
        f"Aucun DUME ne porte le SIREN de l'entreprise qui dépose ({candidate.siret}) ; {written}.",
    )


def procedure(voices: Sequence[Voice], reference: str) -> Iterator[Remark]:
    for voice in voices:
        written = voice.dume.procedure.reference
        if reference and written and folded(written) != folded(reference):
            yield Remark(
                "Référence",
                f"{voice.name} vise {quoted(written)}, la consultation porte {quoted(reference)}.",
            )
        elif reference and not written:
            yield Remark("Référence", f"{voice.name} : la référence de la consultation n'est pas indiquée.")


def lots(candidate: Candidate, voices: Sequence[Voice]) -> Iterator[Remark]:
    """Nothing to say of a contract that is not divided, nor of a DUME that names no lot."""
    deposited = frozenset(candidate.lots)
    if not candidate.is_divided or not deposited:
        return
    for voice in voices:
        named = numbers(lot.id for lot in voice.dume.procedure.lots)
        if named and named != deposited:
            yield Remark(
                "Lots",
                f"{voice.name} vise {lots_in_words(named)}, le pli est déposé pour {lots_in_words(deposited)}.",
            )


def lots_in_words(found: frozenset[int]) -> str:
    listed = ", ".join(map(str, sorted(found)))
    return f"les lots {listed}" if len(found) > 1 else f"le lot {listed}"


def roles(voices: Sequence[Voice]) -> Iterator[Remark]:
    for voice in voices:
        if not voice.operator.role and voice.dume.version != "1.0.2":
            yield Remark("Groupement", f"{voice.name} : son rôle n'est pas indiqué.")
    leads = [voice.name for voice in voices if voice.operator.role in LEADS]
    members = [voice for voice in voices if voice.operator.role in MEMBERS]
    if len(leads) > 1:
        yield Remark("Groupement", f"Plusieurs mandataires : {', '.join(leads)}.")
    if members and not leads and len(voices) > 1:
        yield Remark("Groupement", "Aucun DUME n'est celui d'un mandataire.")
    if len(voices) == 1 and (leads or members or any(map(answers_together, voices))):
        yield Remark("Groupement", f"{voices[0].name} répond en groupement ; un seul DUME lisible est joint.")


def answers_together(voice: Voice) -> bool:
    return any(one.declared for one in voice.dume.criteria if one.code in GROUP_CODES)


def absent(voices: Sequence[Voice]) -> Iterator[Remark]:
    """Entities named by one DUME and of which there is none."""
    for voice in voices:
        for entity in dict.fromkeys(named_by(voice.dume)):
            if not any(is_of(entity, other) for other in voices if other is not voice):
                yield Remark(
                    "Groupement",
                    f"{voice.name} {in_words(entity)} ; le DUME de cette entité n'est pas dans le pli.",
                )


def in_words(entity: Entity) -> str:
    verb = "s'appuie sur les capacités" if entity.is_relied_upon else "annonce sous-traiter une part"
    if not entity.name:
        return f"{verb} d'une autre entité, sans la nommer"
    return f"{verb} {'de' if entity.is_relied_upon else 'à'} {quoted(entity.name)}"


def named_by(dume: Dume) -> Iterator[Entity]:
    """By criterion, and in parts II.C and II.D; these have no name in 1.0.2 when the answer is a mere « Oui »."""
    for criterion in dume.criteria:
        is_relied_upon = criterion.part != SUBCONTRACTED
        found = [one for group in criterion.groups for one in entities(group, is_relied_upon=is_relied_upon)]
        yield from found
        if criterion.part == RELIED_UPON and criterion.declared and not found:
            yield Entity("")


def is_of(entity: Entity, voice: Voice) -> bool:
    """By the beginning of the identifier, which tells the company, or by the name as written."""
    identifier = compact(entity.identifier)
    if len(identifier) >= 9 and any(identifier[:9] in one for one in voice.identifiers):  # noqa: PLR2004  a SIREN
        return True
    return not entity.name or folded(entity.name) == folded(voice.operator.party.name)


def grounds(voices: Sequence[Voice]) -> Iterator[Remark]:
    """The same ground answered otherwise by two members."""
    said = [(voice.name, answers(voice.dume)) for voice in voices]
    titles = dict.fromkeys(title for _, found in said for title in found)
    for title in titles:
        told = [(name, found[title]) for name, found in said if title in found]
        if any(one != other for (_, one), (_, other) in combinations(told, 2)):
            listed = " ; ".join(f"{name} : {answer}" for name, answer in told)
            yield Remark("Groupement", f"{quoted(title)} n'a pas la même réponse partout. {listed}.")
