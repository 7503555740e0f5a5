"""One candidate's DUME documents in, the facts of its candidature out; the documents are not kept."""

from collections.abc import Iterator

from dume.analysis import exclusion
from dume.analysis.capacity import capacities, changed
from dume.analysis.group import LEADS, MEMBERS, Voice, remarks
from dume.analysis.model import Analysis, Candidate, Member, Paper, Proof, Remark
from dume.analysis.totals import totals
from dume.model import Dume, Evidence, Kind, Operator
from dume.values import ROLES, link_of

#: Roles, in the order in which one reads them; other ones come last.
ORDER = (LEADS | {"sole-tenderer", "sc", "scle"}, MEMBERS, {"oeron"}, {"subcont", "oenron"}, frozenset[str]())
NOT_A_RESPONSE = "Ce fichier n'est pas la réponse d'une entreprise : il n'entre pas dans l'analyse."


def analyse(candidate: Candidate, *, reference: str = "", request: Dume | None = None) -> Analysis:
    """`request` is the buyer's own DUME, where there is one: its minimums are those that count."""
    papers = sorted(candidate.papers, key=rank)
    read = [(paper, paper.dume) for paper in papers if paper.dume and is_response(paper.dume)]
    voices = [Voice(name_of(paper, dume), dume) for paper, dume in read]
    found = [Remark("Fichier", f"{one.file} : {one.remark}") for one in candidate.papers if one.remark]
    found += remarks(candidate, voices, reference)
    if request is not None:
        found += [
            one for voice in voices for one in altered(voice, request, candidate, alone=len(voices) == 1)
        ]
    members = tuple(member_of(paper, request, candidate) for paper in papers)
    return Analysis(
        number=candidate.number,
        company=candidate.company,
        siret=candidate.siret,
        lots=candidate.lots,
        members=members,
        remarks=tuple(dict.fromkeys(found)),
        totals=tuple(totals(members)),
    )


def rank(paper: Paper) -> int:
    """Who answers first, then those with and behind them, and what cannot be read last."""
    if paper.dume is None:
        return len(ORDER)
    role = (paper.dume.operator or Operator()).role
    return next((place for place, roles in enumerate(ORDER) if role in roles), len(ORDER) - 1)


def is_response(dume: Dume) -> bool:
    return dume.kind is Kind.RESPONSE


def name_of(paper: Paper, dume: Dume) -> str:
    return (dume.operator or Operator()).party.name or paper.file


def altered(voice: Voice, request: Dume, candidate: Candidate, *, alone: bool) -> Iterator[Remark]:
    for one in changed(voice.dume, request, candidate.lots):
        yield one if alone else Remark(one.about, f"{voice.name} — {one.text}")


def member_of(paper: Paper, request: Dume | None, candidate: Candidate) -> Member:
    dume = paper.dume
    if dume is None or not is_response(dume):
        problem = paper.problem or NOT_A_RESPONSE
        return Member(paper.file, paper.key, paper.signature, problem)
    operator = dume.operator or Operator()
    return Member(
        file=paper.file,
        key=paper.key,
        signature=paper.signature,
        name=operator.party.name,
        identifier=operator.party.identifier,
        role=ROLES.get(operator.role, operator.role),
        is_of_group=operator.role in LEADS | MEMBERS,
        version=dume.version,
        issued_on=dume.issued_on,
        declared=tuple(exclusion.declared(dume)),
        silent=tuple(exclusion.silent(dume)),
        asked=len(dume.exclusion_grounds),
        capacities=capacities(dume, request, candidate.lots),
        proofs=tuple(proofs(dume)),
    )


def proofs(dume: Dume) -> Iterator[Proof]:
    """Each evidence once, with the criteria that cite it; one that is cited and not described is told too."""
    cited: dict[str, list[str]] = {}
    for criterion in dume.criteria:
        for answer in criterion.answers:
            for one in answer.evidences:
                cited.setdefault(one, []).append(criterion.title)
    described = {evidence.id: evidence for evidence in dume.evidences}
    for identifier in dict.fromkeys([*described, *cited]):
        evidence = described.get(identifier, Evidence(identifier))
        yield Proof(
            link=link_of(evidence),
            name=evidence.name or evidence.code or evidence.id,
            issuer=evidence.issuer,
            code=evidence.code,
            confidential=evidence.confidential,
            criteria=tuple(dict.fromkeys(cited.get(identifier, ()))),
        )
