"""Where a finding stands, in the words of the form, for every family of versions."""

import pytest

from dume.checking.places import Places
from procurement.xml import parse_xml

V4 = """<Response>
<ID>1</ID>
<ContractingParty><Party><PartyName><Name>V</Name></PartyName>
<ServiceProviderParty><Party><PartyIdentification><ID/></PartyIdentification></Party></ServiceProviderParty>
</Party></ContractingParty>
<EconomicOperatorParty><Party><PostalAddress><Country><IdentificationCode>FR</IdentificationCode></Country>
</PostalAddress><PowerOfAttorney><Description/></PowerOfAttorney></Party></EconomicOperatorParty>
<ProcurementProjectLot><ID>LOT-0002</ID></ProcurementProjectLot>
<TenderingCriterion><ID>C27B7C4E-c837-4529-b867-ed55ce639db5</ID><Name>Corruption</Name>
<TenderingCriterionPropertyGroup><ID>g</ID>
<TenderingCriterionProperty><ID>q1</ID><Description>Date of conviction</Description><TypeCode>QUESTION</TypeCode>
</TenderingCriterionProperty></TenderingCriterionPropertyGroup>
<SubTenderingCriterion><ID>n</ID><Name>Registre régional</Name></SubTenderingCriterion></TenderingCriterion>
<TenderingCriterion><CriterionTypeCode>unheard-of</CriterionTypeCode></TenderingCriterion>
<TenderingCriterion/>
<TenderingCriterionResponse><ID>a</ID><ValidatedCriterionPropertyID>q1</ValidatedCriterionPropertyID>
</TenderingCriterionResponse>
<TenderingCriterionResponse><ValidatedCriterionPropertyID>q9</ValidatedCriterionPropertyID>
</TenderingCriterionResponse>
<Evidence><ID>e</ID><Name>Attestation</Name></Evidence>
</Response>"""
CORRUPTION = "Partie III.A, «\u00a0Condamnation pour corruption\u00a0»"


@pytest.fixture
def root():
    return parse_xml(V4.encode())


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (".", "En-tête du fichier"),
        ("ID", "En-tête du fichier"),
        ("ContractingParty/Party/PartyName/Name", "Partie I, acheteur, nom"),
        (".//ServiceProviderParty//ID", "Partie I, service qui a produit le DUME, identifiant"),
        (".//IdentificationCode", "Partie II.A, opérateur économique, pays"),
        (".//PowerOfAttorney/Description", "Partie II.B, représentants"),
        ("ProcurementProjectLot/ID", "Partie I, lot «\u00a0LOT-0002\u00a0»"),
        ("TenderingCriterion/Name", CORRUPTION),
        (
            ".//TenderingCriterionPropertyGroup/ID",
            f"{CORRUPTION}, groupe de «\u00a0Date de la condamnation\u00a0»",
        ),
        (
            ".//TenderingCriterionProperty/TypeCode",
            f"{CORRUPTION}, question «\u00a0Date de la condamnation\u00a0»",
        ),
        (
            ".//SubTenderingCriterion/Name",
            f"{CORRUPTION}, critère national «\u00a0Registre régional\u00a0»",
        ),
        ("TenderingCriterion[2]", "Critère «\u00a0unheard-of\u00a0»"),
        ("TenderingCriterion[3]", "Critère n°\u00a03"),
        (
            "TenderingCriterionResponse/ID",
            f"{CORRUPTION}, question «\u00a0Date de la condamnation\u00a0»",
        ),
        ("TenderingCriterionResponse[2]", "Réponses, à la question «\u00a0q9\u00a0»"),
        ("Evidence/ID", "Justificatif «\u00a0Attestation\u00a0»"),
    ],
)
def test_an_element_is_told_by_its_part_its_criterion_and_its_question(root, path, where):
    assert Places(root).of(root.find(path)) == where


def test_a_criterion_misplaced_in_the_answer_to_it_is_a_place_too():
    """The answer led to the question inside of it, which led to the answer."""
    root = parse_xml(
        b"<R><TenderingCriterionResponse><ValidatedCriterionPropertyID>q</ValidatedCriterionPropertyID>"
        b"<TenderingCriterion><TenderingCriterionProperty><ID>q</ID></TenderingCriterionProperty>"
        b"</TenderingCriterion></TenderingCriterionResponse></R>"
    )
    assert Places(root).of(root[0][1][0]) == "Réponses, à la question «\u00a0q\u00a0»"


def test_1_0_2_is_told_in_the_same_words():
    root = parse_xml(
        b"<ESPDResponse><Criterion><TypeCode>CRITERION.EXCLUSION.NATIONAL.REGIONAL</TypeCode><Name>Registre</Name>"
        b"<RequirementGroup><Requirement><ID>r</ID><Description>Your answer?</Description></Requirement>"
        b"</RequirementGroup></Criterion></ESPDResponse>"
    )
    where = Places(root).of(root.find(".//Requirement/ID"))
    assert where == "Partie III.D, «\u00a0Registre\u00a0», question «\u00a0Réponse\u00a0»"


def test_a_very_long_title_is_cut():
    root = parse_xml(b"<R><Criterion><Name>" + b"x" * 5000 + b"</Name></Criterion></R>")
    assert len(Places(root).of(root[0])) < 100


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/Response/TenderingCriterion[2]/CriterionTypeCode[1]", "CriterionTypeCode"),
        ("/Response/TenderingCriterion[9]/ID", "Response"),
        ("/Response/Evidence/Name", "Name"),
        ("/Response", "Response"),
    ],
)
def test_a_path_leads_to_its_element_or_as_near_as_it_can(root, path, found):
    assert Places(root).at(path).tag == found
