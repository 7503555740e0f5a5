import pytest

from dume.models import DumeDocument
from dume.queries import list_documents_of_files
from dume.report import Verdict
from dume.samples import OPERATOR, SIRET
from dume.services import check_at_deposit, record_opened
from procurement.actors import Actor
from procurement.audit.models import Entry
from procurement.files.models import StoredFile
from procurement.files.services import store

pytestmark = pytest.mark.django_db
OPENER = Actor(id=None, label="Ouvreuse")


@pytest.fixture
def opened_file(response, now):
    return store(area="opened", name="dume.xml", chunks=[response], now=now)


def test_checking_at_deposit_keeps_nothing(response):
    """P7-T9: nothing that a bid says exists outside its envelope before the opening."""
    report = check_at_deposit(response, expected_reference="2026-001", operator_siret=SIRET)
    assert report.verdict is Verdict.CLEAN
    assert not DumeDocument.objects.exists()
    assert not Entry.objects.exists()
    assert not StoredFile.objects.exists()


def test_an_opened_dume_is_recorded_with_its_report_and_journalled(response, opened_file, now):
    """P7-B4: a structured DUME is received and kept; the journal has its digest, not what it says."""
    document = record_opened(file=opened_file, data=response, actor=OPENER, now=now)
    document.refresh_from_db()
    assert (document.kind, document.version, document.operator_name) == ("response", "4.1.0", OPERATOR)
    assert document.sha256 == opened_file.sha256
    assert (document.verdict, document.created_at) == (Verdict.CLEAN, now)
    entry = Entry.objects.get(action="dume.document.record")
    assert (entry.subject, entry.actor_label) == (str(document.id), "Ouvreuse")
    assert OPERATOR not in str(entry.data)


def test_recording_twice_gives_one_row(response, opened_file, now):
    first = record_opened(file=opened_file, data=response, actor=OPENER, now=now)
    assert record_opened(file=opened_file, data=response, actor=OPENER, now=now) == first
    assert Entry.objects.filter(action="dume.document.record").count() == 1


def test_an_unreadable_file_does_not_stop_an_opening(now):
    data = b'<!DOCTYPE x [<!ENTITY e "boum">]><x>&e;</x>'
    file = store(area="opened", name="dume.xml", chunks=[data], now=now)
    document = record_opened(file=file, data=data, actor=OPENER, now=now)
    assert (document.kind, document.verdict) == ("unknown", Verdict.UNREADABLE)


def test_a_very_long_name_is_cut_in_the_table_and_whole_in_the_report(edited, now):
    name = "Menuiserie " * 40
    document = record_opened(file=None, data=edited((OPERATOR, name)), actor=OPENER, now=now)
    document.refresh_from_db()
    assert len(document.operator_name) == 255
    assert document.report["operator"]["name"] == name.strip()


def test_documents_are_found_by_their_file(response, opened_file, now, django_assert_num_queries):
    document = record_opened(file=opened_file, data=response, actor=OPENER, now=now)
    with django_assert_num_queries(1):
        assert [one.file.name for one in list_documents_of_files([opened_file.id])] == ["dume.xml"]
    assert str(document) == f"DUME 4.1.0 {OPERATOR}"
