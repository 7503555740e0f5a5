"""Canonical XML: libxml2 is the judge wherever it can be asked; the rest are the examples' rules, one by one."""

import pytest
from lxml import etree

from procurement.xml import parse_xml
from signing.verification.xml.algorithms import Canonicalization
from signing.verification.xml.canonical import Budget, NodeSet, TooMuchWork, Unsupported, canonicalize

DOCUMENTS = [
    b"<?feuille a?><!-- avant --><a/><!-- apres --><?fin?>",
    b'<a b="1" a="2" xmlns:z="urn:z" xmlns:y="urn:y" z:a="3" y:a="4"/>',
    b'<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"/></b></a>',
    b'<p:a xmlns:p="urn:a" xmlns:q="urn:a" q:b="1" p:c="2"><p:d xmlns:p="urn:b" p:e="3"/></p:a>',
    b"<a>&lt;&amp;&gt;&#13;\r\n\t\"'<![CDATA[<b>&]]></a>",
    b'<a b="&lt;&amp;&gt;&#13;&#10;&#9;&quot;\'"><?p  x?><!----></a>',
    "<été clé='é𝄞'>€</été>".encode(),
    b'<a xml:lang="fr" xml:space="preserve"> <b xmlns:x="urn:x"><x:c xml:id="i"/></b> </a>',
]


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("comments", [False, True])
def test_whole_documents_are_what_libxml2_makes_of_them(document, exclusive, comments):
    root = parse_xml(document)
    theirs = etree.tostring(root.getroottree(), method="c14n", exclusive=exclusive, with_comments=comments)
    ours = canonicalize(
        NodeSet(apex=root, is_document=True, comments=True),
        Canonicalization(exclusive=exclusive, comments=comments),
    )
    assert ours == theirs


@pytest.mark.corpus
@pytest.mark.parametrize("exclusive", [False, True])
def test_real_documents_are_what_libxml2_makes_of_them(shared_data, exclusive):
    paths = sorted((shared_data / "dume").rglob("*.xml"))[::12]
    assert len(paths) > 10
    for path in paths:
        root = parse_xml(path.read_bytes())
        ours = canonicalize(NodeSet(apex=root, is_document=True), Canonicalization(exclusive=exclusive))
        theirs = etree.tostring(root.getroottree(), method="c14n", exclusive=exclusive, with_comments=False)
        assert ours == theirs, path


def part(document, **method):
    root = parse_xml(document)
    return canonicalize(NodeSet(apex=next(root.iter("{*}part"))), Canonicalization(**method))


def test_a_part_keeps_the_namespaces_and_the_language_of_what_is_around_it():
    document = b'<a xmlns="urn:a" xmlns:u="urn:u" xml:lang="fr"><part><b/></part></a>'
    assert part(document) == b'<part xmlns="urn:a" xmlns:u="urn:u" xml:lang="fr"><b></b></part>'


def test_an_exclusive_part_keeps_only_what_it_uses():
    document = b'<a xmlns="urn:a" xmlns:u="urn:u" xmlns:v="urn:v" xml:lang="fr"><part v:x="1"/></a>'
    assert part(document, exclusive=True) == b'<part xmlns="urn:a" xmlns:v="urn:v" v:x="1"></part>'


def test_listed_prefixes_are_kept_in_an_exclusive_part():
    document = b'<a xmlns:u="urn:u" xmlns:v="urn:v"><part><b/></part></a>'
    canonical = part(document, exclusive=True, prefixes=frozenset({"u", "inconnu"}))
    assert canonical == b'<part xmlns:u="urn:u"><b></b></part>'


def test_version_1_1_does_not_inherit_identifiers():
    document = b'<a xml:id="x" xml:lang="fr"><part/></a>'
    assert part(document) == b'<part xml:id="x" xml:lang="fr"></part>'
    assert part(document, version_11=True) == b'<part xml:lang="fr"></part>'


def test_what_is_not_written_here_is_said_and_not_guessed():
    with pytest.raises(Unsupported, match="xml:base"):
        part(b'<a xml:base="x/"><part/></a>', version_11=True)


def test_an_omitted_subtree_leaves_the_text_around_it():
    root = parse_xml(b"<a>x<b>y</b>z</a>")
    nodes = NodeSet(apex=root, is_document=True).without(root[0])
    assert canonicalize(nodes, Canonicalization()) == b"<a>xz</a>"
    assert nodes.text() == "xz"


def test_work_is_bounded():
    root = parse_xml(b"<a>" + b"<b/>" * 50 + b"</a>")
    with pytest.raises(TooMuchWork):
        canonicalize(NodeSet(apex=root), Canonicalization(), Budget(20))
