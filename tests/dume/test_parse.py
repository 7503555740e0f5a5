from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dume.build import write
from dume.convert import convert
from dume.model import Kind, Period
from dume.parse import NotADume, read
from dume.samples import BUYER, OPERATOR, SIRET, sample_response


def criterion(dume, code):
    return next(one for one in dume.criteria if one.code == code)


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_a_response_says_who_answers_whom(now, version):
    dume = read(sample_response(now=now, version=version))
    assert dume.kind is Kind.RESPONSE
    assert (dume.operator.party.name, dume.operator.party.identifier) == (OPERATOR, SIRET)
    assert (dume.procedure.buyer.name, dume.procedure.reference) == (BUYER, "2026-001")
    assert dume.representatives[0].name == "Camille Fictif"
    assert dume.issued_on == now.date()


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_every_exclusion_ground_has_its_answer(now, version):
    dume = read(sample_response(now=now, version=version, declared=frozenset({"tax-pay"})))
    answers = {ground.name_fr: ground.declared for ground in dume.exclusion_grounds}
    assert len(answers) == 24
    assert [name for name, declared in answers.items() if declared] == [
        "Impôts et taxes non déclarés ou non payés"
    ]


def test_turnover_and_staff_are_typed_values(response):
    answers = criterion(read(response), "gen-year-to").answers
    assert [answer.value for answer in answers] == [
        True,
        Period(date(2025, 1, 1), date(2025, 12, 31)),
        Decimal(850_000),
    ]
    assert answers[2].unit == "EUR"
    assert answers[2].lots == ("LOT-0000",)


def test_the_answer_to_a_ground_is_not_the_one_about_evidence(edited):
    """« Is this information available electronically? » answered yes does not declare a conviction."""
    answered = "C3_EG_fraud/QG1/Q1</cbc:ValidatedCriterionPropertyID>"
    yes = (">false</cbc:ResponseIndicator>", ">true</cbc:ResponseIndicator>")
    dume = read(edited((answered, answered.replace("QG1", "QG2")), yes))
    assert criterion(dume, "fraud").declared is None
    assert criterion(dume, "corruption").declared is True


def test_the_identifier_of_a_response_of_1_0_2_is_no_answer(now: datetime) -> None:
    data = sample_response(now=now, version="1.0.2")
    named = data.replace(b"<ccv:Response>", b"<ccv:Response><cbc:ID>7f2d0a34</cbc:ID>")
    assert named != data
    assert read(named).criteria == read(data).criteria


def test_an_answer_without_its_question_is_kept_apart(edited):
    dume = read(edited(("C3_EG_fraud/QG1/Q1</cbc:Val", "nowhere</cbc:Val")))
    assert dume.unmatched == ("nowhere",)


def test_a_value_that_is_not_of_its_type_stays_as_written(edited):
    dume = read(edited((">850000<", ">beaucoup<"), ("2025-12-31", "l'an dernier")))
    _itself, period, amount = criterion(dume, "gen-year-to").answers
    assert amount.value == "beaucoup"
    assert period.value == Period(date(2025, 1, 1), None, "l'an dernier")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_no_number_is_infinite(edited, number):
    assert criterion(read(edited((">850000<", f">{number}<"))), "gen-year-to").answers[2].value == number


@pytest.mark.parametrize("aside", ["<!-- relu -->", "<?outil relu?>"])
def test_a_comment_neither_begins_nor_ends_a_text(edited, response, aside):
    """An official tool leaves its notes inside of texts."""
    said = edited(
        (">850000<", f">{aside}850{aside}000<"), (f">{OPERATOR}<", f">{OPERATOR[:3]}{aside}{OPERATOR[3:]}<")
    )
    assert read(said) == read(response)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_any_encoding_that_the_document_declares_is_read(response, encoding):
    body = response.decode().partition("?>")[2]
    declared = encoding.removesuffix("-sig").upper()
    data = f'<?xml version="1.0" encoding="{declared}"?>{body}'.encode(encoding, "xmlcharrefreplace")
    assert read(data) == read(response)


def test_a_number_that_would_fill_a_megabyte_stays_as_written(edited):
    dume = read(edited((">850000<", ">1E+999999<")))
    assert [one.value for one in criterion(dume, "gen-year-to").answers][2] == "1E+999999"
    assert len(write(convert(dume, "2.1.1").dume, now=datetime(2026, 3, 2, tzinfo=UTC))) < 300_000


def test_a_unit_where_nothing_has_one_is_left_out(edited, response):
    """It could not be written again, and the whole document would be refused for it."""
    odd = edited(("<cbc:ResponseIndicator>", '<cbc:ResponseIndicator unitCode="EUR" listID="x">'))
    assert read(odd).criteria == read(response).criteria


def test_a_document_that_holds_almost_nothing_is_read():
    dume = read(b'<ESPDResponse xmlns="urn:grow:names:specification:ubl:schema:xsd:ESPDResponse-1"/>')
    assert (dume.version, dume.operator, dume.criteria) == ("1.0.2", None, ())


def test_an_unknown_criterion_keeps_its_own_name(edited):
    dume = read(
        edited(
            ("297d2323-3ede-424e-94bc-a91561e6f320", "00000000-0000-0000-0000-000000000000"),
            (">fraud<", ">new-code<"),
        )
    )
    unknown = criterion(dume, "new-code")
    assert (unknown.part, unknown.title) == ("", "Condamnation pour fraude ou escroquerie")


def test_another_xml_is_not_a_dume():
    with pytest.raises(NotADume, match="n'est pas un DUME"):
        read(b"<Invoice/>")
