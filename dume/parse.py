"""Bytes of any ESPD version -> `Dume`. Tolerant: what a document lacks is empty, never an exception."""

from lxml import etree

from dume.model import Dume, Family, Kind, Recognised
from dume.nodes import read_date, read_indicator, text
from dume.reading import ubl, v1
from dume.reading.parties import read_operator, read_representatives
from dume.reading.procedure import read_procedure
from dume.sniff import DumeUnreadable, recognise_root, root_of
from procurement.errors import DomainError

__all__ = ["DumeUnreadable", "NotADume", "read", "read_root"]


class NotADume(DomainError):
    """Ce fichier XML n'est pas un DUME. Joignez le fichier XML (ESPD) produit par votre service DUME."""

    code = "not_a_dume"
    status = 422


def read(data: bytes) -> Dume:
    """The document of any family (1.0.2, 2.0.x, 2.1.x, 3.x, 4.x, 5 alpha).

    DumeUnreadable for hostile or broken XML, NotADume for any other XML.
    """
    root = root_of(data)
    recognised = recognise_root(root)
    if recognised.kind is Kind.UNKNOWN:
        raise NotADume
    return read_root(root, recognised)


def read_root(root: etree._Element, recognised: Recognised) -> Dume:
    reader = v1.read_content if recognised.family is Family.V1 else ubl.read_content
    content = reader(root)
    uuid, number = text(root, "UUID"), text(root, "ID")
    return Dume(
        recognised=recognised,
        id=uuid or number,
        number=number if uuid and number != uuid else "",
        issued_on=read_date(text(root, "IssueDate")),
        procedure=read_procedure(root),
        operator=read_operator(root),
        representatives=read_representatives(root),
        criteria=content.criteria,
        evidences=content.evidences,
        unmatched=content.unmatched,
        orphans=content.orphans,
        issued_time=text(root, "IssueTime"),
        is_copy=read_indicator(text(root, "CopyIndicator")) is True,
    )
