"""A real receipt, made once; each test takes a copy of its files and changes what it wants."""

import pytest

from signing.folder import certificates
from signing.folder.checks import check_contents
from signing.verification.facts import Content
from tests.conftest import NOW
from tests.factories import evidence


@pytest.fixture
def made(authority, db):
    return evidence.receipt(authority, NOW)


@pytest.fixture
def files(made):
    """The folder as it is downloaded, without the depositor's own files."""
    return dict(made.files)


def check(files, **options):
    """The report on files held in memory."""
    return check_contents({name: Content.of(name, data) for name, data in files.items()}, **options)


def outcomes(report):
    return {check.check: check.outcome for check in report.checks}


def failed(report):
    return [check.check for check in report.checks if check.outcome == "failed"]


def message(report, check):
    return next(found.message for found in report.checks if found.check == check)


def proved_authority(files):
    return certificates.prove(certificates.read_pem(files["ca.pem"]))


def enclosed(files):
    return {name: data for name, data in files.items() if name.startswith("receipt.json")}
