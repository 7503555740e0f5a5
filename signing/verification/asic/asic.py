"""Signed containers: ASiC-S and ASiC-E with XAdES, CAdES or time stamps (EN 319 162-1), BDOC included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from signing.verification.asic import asic_layout
from signing.verification.asic.asic_layout import Layout
from signing.verification.asic.container import Container, ContainerRefused, list_names, open_container
from signing.verification.asic.manifests import Manifest, fault_of, file_at
from signing.verification.cms import cms, evidence_records
from signing.verification.cms.stamps import read_stamp
from signing.verification.facts import (
    Content,
    Covers,
    FileFacts,
    Format,
    SignatureFacts,
    StampFacts,
    StampKind,
    Sub,
)
from signing.verification.xml import xades

#: Files of signatures and time stamps read; each may hold several.
MAX_FILES = 50
_MISSING = "Un fichier signé manque dans le conteneur."


def read_container(data: bytes) -> FileFacts:
    """The signatures and time stamps of a ZIP; none when it is no signed container.

    What breaks the container's format fails the format of each of its signatures. Readers of signatures never raise.
    """
    try:
        container = open_container(data)
    except ContainerRefused as refused:
        return _refused(data, refused)
    if not asic_layout.is_container(container.contents) and asic_layout.type_of(container) is None:
        return FileFacts(format=Format.NONE)
    layout = asic_layout.describe(container)
    reader = _Reader(container, layout)
    signatures = tuple(reader.signatures())
    stamps = tuple(reader.stamps())
    if not signatures and not stamps:
        return FileFacts(format=layout.format, problems=(*layout.notes, *reader.evidence_problems()))
    uncovered = _uncovered(layout, signatures, reader.stamped())
    return FileFacts(
        format=layout.format,
        signatures=signatures,
        stamps=stamps,
        problems=(*layout.faults, *layout.doubts, *layout.notes, *uncovered, *reader.evidence_problems()),
        broken=_broken(layout, uncovered),
    )


def _refused(data: bytes, refused: ContainerRefused) -> FileFacts:
    """The container's own bounds are broken: nothing in it is read, and each signature that it names fails."""
    names = refused.names or list_names(data)
    if not asic_layout.is_container(names) and b"META-INF/" not in data:
        return FileFacts(format=Format.NONE, problems=(str(refused),), broken=Sub.GENERIC)
    signatures = tuple(
        SignatureFacts(place=place, format=_format_of(place), broken=Sub.FORMAT_FAILURE, why=str(refused))
        for place in asic_layout.signature_names(names)[:MAX_FILES]
    )
    return FileFacts(
        format=Format.ASIC_E, signatures=signatures, problems=(str(refused),), broken=Sub.FORMAT_FAILURE
    )


def _format_of(name: str) -> Format:
    return Format.CADES if name.lower().endswith(".p7s") else Format.XADES


def _broken(layout: Layout, uncovered: Sequence[str]) -> Sub | str:
    if layout.faults:
        return Sub.FORMAT_FAILURE
    return Sub.SIG_CONSTRAINTS_FAILURE if layout.doubts or uncovered else ""


def _uncovered(
    layout: Layout, signatures: Sequence[SignatureFacts], stamped: frozenset[str]
) -> tuple[str, ...]:
    """Documents that nothing covers: somebody may have added them."""
    covered = stamped.union(*(signature.documents for signature in signatures))
    return tuple(
        f"Le fichier «\u00a0{name}\u00a0» n'est couvert par aucune signature."
        for name in sorted(layout.documents - covered)
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    container: Container
    layout: Layout

    def signatures(self) -> Iterator[SignatureFacts]:
        found = chain(
            *(self._xades(name) for name in self.layout.xades[:MAX_FILES]),
            *(self._cades(name) for name in self.layout.cades[:MAX_FILES]),
        )
        return (self._in_container(facts) for facts in found)

    def stamps(self) -> Iterator[StampFacts]:
        for name in self.layout.stamps[:MAX_FILES]:
            yield self._stamp(name)

    def stamped(self) -> frozenset[str]:
        """Documents that a time stamp covers, itself or through a manifest."""
        covered = [self._covered_by(name) for name in self.layout.stamps]
        return self.layout.documents.intersection(chain.from_iterable(covered))

    # --- Signatures ---
    def _xades(self, name: str) -> Iterable[SignatureFacts]:
        found = xades.read_xml(self.container.contents[name], (), name, resolve=self._resolve)
        return self._placed(name, found)

    def _cades(self, name: str) -> Iterable[SignatureFacts]:
        covered = self._object_of(name)
        data = self.container.contents[name]
        found = cms.read_cms(data, [covered] if covered else [], name)
        for facts in self._placed(name, found):
            yield facts if facts.countersigns else self._of_object(facts, name, covered)

    def _of_object(self, facts: SignatureFacts, name: str, covered: Content | None) -> SignatureFacts:
        """The manifest, or the document, is signed; what the manifest says of the documents must hold."""
        manifest = self._manifest_of(name)
        if covered is None or covered.name not in facts.documents:
            why = f"La signature {name} ne porte ni sur un manifeste, ni sur le document du conteneur."
            return _break(facts, Sub.FORMAT_FAILURE, why)
        if manifest is None:
            return facts
        fault = fault_of(manifest, self.container)
        facts = replace(facts, documents=tuple(sorted(self.layout.documents & set(manifest.names))))
        return _break(facts, *fault) if fault and not facts.broken else facts

    def _resolve(self, uri: str) -> Content | None:
        name = file_at(uri, self.container)
        return self.container.content(name) if name else None

    def _placed(self, name: str, found: FileFacts) -> Iterator[SignatureFacts]:
        """With the file of META-INF before their place; a file that holds no signature is a broken one."""
        for facts in found.signatures:
            above = f"{name}: {facts.countersigns}" if facts.countersigns else ""
            yield replace(facts, place=f"{name}: {facts.place}", countersigns=above)
        if not found.signatures:
            why = " ".join(found.problems) or f"Le fichier {name} ne contient pas de signature."
            yield SignatureFacts(place=name, format=_format_of(name), broken=Sub.FORMAT_FAILURE, why=why)

    def _in_container(self, facts: SignatureFacts) -> SignatureFacts:
        """A signed file that is missing, a document that is not signed, a container that breaks its format."""
        if facts.countersigns:
            return facts
        if facts.intact is None and facts.broken in {"", Sub.SIGNED_DATA_NOT_FOUND}:
            facts = _break(facts, Sub.FORMAT_FAILURE, _MISSING)
        if not self.layout.documents <= set(facts.documents):
            facts = replace(facts, covers=Covers.PARTIAL)
        if self.layout.faults and facts.is_baseline:
            facts = replace(facts, is_baseline=False, format_problem=self.layout.faults[0])
        return facts

    # --- Manifests ---
    def _manifest_of(self, name: str) -> Manifest | None:
        """That which designates the file; None for none, or for several: nobody could say which applies."""
        manifests = (*self.layout.manifests, *self.layout.archive_manifests)
        found = [manifest for manifest in manifests if manifest.signature == name]
        return found[0] if len(found) == 1 else None

    def _object_of(self, name: str) -> Content | None:
        """What the signature or time stamp in this file is over."""
        manifest = self._manifest_of(name)
        if manifest is not None:
            return self.container.content(manifest.name)
        if self.layout.format is Format.ASIC_S and len(self.layout.documents) == 1:
            return self.container.content(min(self.layout.documents))
        return None

    def _covered_by(self, name: str) -> tuple[str, ...]:
        manifest = self._manifest_of(name)
        if manifest is not None:
            return manifest.names
        covered = self._object_of(name)
        return (covered.name,) if covered else ()

    # --- Time stamps ---
    def _stamp(self, name: str) -> StampFacts:
        covered = self._object_of(name)
        token = self.container.contents[name]
        facts = read_stamp(token, StampKind.CONTAINER, covered.digest if covered else None)
        if covered is None:
            facts = replace(facts, problem=Sub.FORMAT_FAILURE, message="aucun document ne lui correspond.")
        elif not facts.problem and (fault := self._stamp_fault(name)):
            facts = replace(facts, problem=fault[0], message=fault[1])
        return replace(facts, message=f"Horodatage {name}\u00a0: {facts.message}") if facts.problem else facts

    def _stamp_fault(self, name: str) -> tuple[Sub, str] | None:
        manifest = self._manifest_of(name)
        if manifest is None:
            return None
        return fault_of(manifest, self.container) or self._archive_fault(manifest)

    def _archive_fault(self, manifest: Manifest) -> tuple[Sub, str] | None:
        """An archive time stamp covers all that was there before it (EN 319 162-1 annex A.7)."""
        if manifest not in self.layout.archive_manifests:
            return None
        later = self.layout.archive_manifests[self.layout.archive_manifests.index(manifest) :]
        of_later = {part for other in later for part in (other.name, other.signature)}
        before = {
            *self.layout.documents,
            *self.layout.signatures,
            *self.layout.stamps,
            *(other.name for other in (*self.layout.manifests, *self.layout.archive_manifests)),
        }
        missing = sorted(before - of_later - set(manifest.names))
        if not missing:
            return None
        return (
            Sub.SIG_CONSTRAINTS_FAILURE,
            f"il ne couvre pas «\u00a0{missing[0]}\u00a0», qui était là avant lui.",
        )

    # --- Evidence records ---
    def evidence_problems(self) -> tuple[str, ...]:
        """What is wrong with the records of META-INF; they prove a date, and take nothing from a signature."""
        found = [self._evidence_problems(name) for name in self.layout.evidence[:MAX_FILES]]
        return tuple(chain.from_iterable(found))

    def _evidence_problems(self, name: str) -> Iterator[str]:
        manifests = [part for part in self.layout.evidence_manifests if part.signature == name]
        names = manifests[0].names if manifests else sorted(self.layout.documents)
        for manifest in manifests:
            if fault := fault_of(manifest, self.container):
                yield fault[1]
        contents = [content for part in names if (content := self.container.content(part))]
        facts = evidence_records.read_file(self.container.contents[name], contents)
        yield from (stamp.message for stamp in facts.stamps if stamp.problem)
        if not facts.stamps:
            yield f"{name}\u00a0: {facts.problems[-1]}"


def _break(facts: SignatureFacts, problem: Sub, why: str) -> SignatureFacts:
    """The signature does not hold for the documents of the container: its integrity fails with it."""
    return replace(facts, broken=problem, intact=False, why=why)
