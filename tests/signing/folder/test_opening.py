"""Folders and ZIPs of any origin: read within bounds, or refused in a sentence."""

import io
import os
import stat
import zipfile

import pytest

from signing.folder.checks import check_contents, unreadable
from signing.folder.opening import opened
from signing.folder.proved import Flaw
from tests.factories.evidence import OWN_FILES, written, zipped


def report_on(path):
    try:
        with opened(path) as contents:
            return check_contents(contents)
    except Flaw as flaw:
        return unreadable(flaw)


@pytest.fixture
def report_of_zip(tmp_path):
    def report(data):
        (tmp_path / "preuves.zip").write_bytes(data)
        return report_on(tmp_path / "preuves.zip")

    return report


def code_of(data, tmp_path):
    (tmp_path / "preuves.zip").write_bytes(data)
    with pytest.raises(Flaw) as raised, opened(tmp_path / "preuves.zip"):
        pass
    return raised.value.code


def test_a_folder_and_a_zip_of_it_say_the_same(files, tmp_path, report_of_zip):
    report = report_on(written({**files, **OWN_FILES}, tmp_path / "dossier"))
    assert report.verdict == "valid"
    assert report_of_zip(zipped({**files, **OWN_FILES})) == report
    assert report_of_zip(zipped({**files, **OWN_FILES}, "recepisse-3/")) == report


def test_what_systems_leave_beside_files_is_not_looked_at(files, tmp_path, report_of_zip):
    litter = {"recepisse/.DS_Store": b"a", "__MACOSX/recepisse/._receipt.json": b"b"}
    data = zipped({f"recepisse/{name}": data for name, data in files.items()} | litter)
    assert report_of_zip(data).verdict == "valid"
    inside = written(files, tmp_path / "outer" / "recepisse")
    (tmp_path / "outer" / "Thumbs.db").write_bytes(b"c")
    assert report_on(inside.parent).verdict == "valid"


def test_what_is_no_zip_is_said(tmp_path):
    assert code_of(b"%PDF-1.7", tmp_path) == "not_zip"
    os.mkfifo(tmp_path / "pipe")
    assert report_on(tmp_path / "pipe").verdict == "invalid"


def test_a_damaged_entry_is_named(files, report_of_zip):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    data = output.getvalue().replace(b"-----BEGIN", b"-----begin", 1)
    report = report_of_zip(data)
    assert report.verdict == "invalid"
    assert "ca.pem" in report.checks[0].message


def test_a_bomb_is_not_unpacked(tmp_path, files):
    assert code_of(zipped({**files, "zeros": bytes(100_000_000)}), tmp_path) == "refused"


@pytest.mark.parametrize("name", ["../receipt.json", "/receipt.json", "a/../../b"])
def test_a_path_that_leaves_its_folder_is_refused(name, tmp_path):
    assert code_of(zipped({name: b"a"}), tmp_path) == "refused"


def test_a_link_is_refused(tmp_path):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        link = zipfile.ZipInfo("receipt.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "elsewhere")
    assert code_of(output.getvalue(), tmp_path) == "refused"


def test_a_truncated_zip_is_refused(files, tmp_path):
    data = zipped(files)
    assert code_of(data[:-30], tmp_path) in ("not_zip", "refused")
    assert code_of(data[2000:], tmp_path) in ("not_zip", "refused")


def test_a_huge_part_is_not_read(files, tmp_path, report_of_zip):
    folder = written(files, tmp_path / "dossier")
    with (folder / "ca.pem").open("wb") as file:
        file.truncate(10**9)
    report = report_on(folder)
    assert report.verdict == "invalid"
    assert "démesuré" in report.checks[0].message


def test_a_zip_that_anything_was_changed_in_is_a_verdict(files, report_of_zip):
    data = zipped(files)
    for position in range(0, len(data), 251):
        changed = data[:position] + bytes((data[position] ^ 0x55,)) + data[position + 1 :]
        assert report_of_zip(changed).verdict in ("valid", "invalid", "incomplete")
