"""The only place that builds an XML parser: no DTD, no entity, no network, bounded size and depth."""

import io

from lxml import etree

from procurement.errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100


class XmlRefused(DomainError):
    """Ce fichier XML n'est pas lisible. Il n'a pas été interprété; exportez-le de nouveau depuis son outil."""

    code = "xml_refused"
    status = 422


def parse_xml(
    data: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    max_nodes: int | None = None,
    long_texts: bool = False,
) -> etree._Element:
    """The root element of a well-formed document without DOCTYPE; XmlRefused for anything else.

    Comments, processing instructions and white space are kept. `long_texts` lifts libxml2's own limit of 10 MB for
    one text (a signature that holds its document in base64); the bounds given here stay. `max_nodes` counts
    elements, comments and processing instructions.

    lxml accepts a DOCTYPE even when told not to resolve entities, so its presence alone is refused
    (billion laughs, external entities, parameter entities). Depth is counted while parsing, before a tree
    that is costly to walk exists.
    """
    if len(data) > max_bytes:
        raise XmlRefused(f"Ce fichier XML est trop volumineux (plus de {max_bytes // 1048576} Mo).")
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end", "comment", "pi"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=long_texts,
        remove_comments=False,
    )
    depth = nodes = 0
    try:
        for event, element in events:
            if event == "end":
                depth -= 1
                continue
            nodes += 1
            if max_nodes is not None and nodes > max_nodes:
                raise XmlRefused("Ce fichier XML contient trop d'éléments pour être lu.")
            if event != "start":
                continue
            depth += 1
            if depth == 1 and element.getroottree().docinfo.doctype:
                raise XmlRefused(
                    "Ce fichier XML déclare un type de document (DOCTYPE), ce que la plateforme refuse "
                    "par sécurité. Exportez-le sans cette déclaration."
                )
            if depth > max_depth:
                raise XmlRefused("Ce fichier XML est imbriqué trop profondément pour être lu.")
    except etree.XMLSyntaxError as error:
        raise XmlRefused(
            "Ce fichier n'est pas un XML bien formé : il n'a pas été interprété. "
            "Exportez-le de nouveau depuis l'outil qui l'a produit.",
            line=getattr(error, "lineno", None),
        ) from None
    root: etree._Element | None = events.root
    if root is None:
        raise XmlRefused
    return root
