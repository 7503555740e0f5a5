"""The page as it is built, opened from its file without network; folders of evidence made before the browser starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import Page

from signing.pki.authority import ensure_authority, rotate
from tests.browser.conftest import PATIENCE, ROOT, complaints
from tests.conftest import NOW
from tests.factories import evidence
from tests.factories.evidence import Evidence, zipped
from tests.signing import external
from tests.signing.folder import outside
from tests.signing.folder.attacks import CHANGES, stamped_again

BUILT = ROOT / "procurement" / "portal" / "static" / "build"
#: Ten megabytes, and the lengths around which SHA-256 fills a block.
LARGE = {
    "plans.zip": bytes(range(251)) * 40_000,
    **{f"{size}.bin": bytes(range(256))[:size] for size in (0, 1, 55, 56, 63, 64, 65, 119, 120)},
}


# Made before Playwright's event loop begins, beside which nothing can be sealed.
@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return ensure_authority(tmp_path_factory.mktemp("keys"), NOW)


@dataclass(frozen=True)
class Made:
    """`variants`: files to put over the receipt's, by what was done to them."""

    receipt: Evidence
    large: Evidence
    minutes: Evidence
    external: Mapping[str, bytes]
    variants: Mapping[str, Mapping[str, bytes]]


@pytest.fixture(scope="module")
def made(authority, tmp_path_factory, django_db_setup, django_db_blocker):
    """The rows that the seals leave in the database are taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        receipt = evidence.receipt(authority, NOW)
        large = evidence.stated(NOW, documents=[evidence.document(*file) for file in LARGE.items()])
        minutes = {"format": "urn:profil-acheteur:opening-minutes:2"}
        made = Made(
            receipt=receipt,
            large=evidence.build(large, authority, NOW),
            minutes=evidence.build(minutes, authority, NOW, "minutes"),
            external=sealed_elsewhere(tmp_path_factory.mktemp("external")),
            variants=variants(receipt, authority, tmp_path_factory.mktemp("outside")),
        )
        transaction.set_rollback(True)
    return made


def sealed_elsewhere(folder):
    """A receipt under the RSA seal of another authority, before our root was replaced."""
    seal = external.make(folder / "seal", "rsa")
    options = {
        "SEAL_KEY": "pkcs12",
        "SEAL_PKCS12_PATH": str(seal.bundle),
        "SEAL_PKCS12_PASSWORD": external.PASSWORD,
    }
    with override_settings(**options):
        files = evidence.build(evidence.stated(NOW), ensure_authority(folder, NOW), NOW).files
    return {**files, "ca.pem": rotate(folder, ["root"], NOW + timedelta(days=9)).chain_pem()}


def variants(receipt, authority, folder):
    pdf, document = receipt.files["receipt.pdf"], receipt.files["receipt.json"]
    outside.make(folder)
    changed = {change.__name__: stamped_again(pdf, authority, change=change) for change in CHANGES}
    changed["renewed"] = stamped_again(pdf, authority, NOW + timedelta(days=700))
    return {
        **{name: {"receipt.pdf": data} for name, data in changed.items()},
        "qualified": {outside.NAME: outside.stamp(folder, document)},
        "token": {outside.NAME: outside.stamp(folder, document, token=True)},
        "other": {outside.NAME: outside.stamp(folder, b"autre")},
    }


@pytest.fixture
def files(made):
    return dict(made.receipt.files)


@pytest.fixture
def open_page(made, browser):
    """`open_page(dark=, width=, scripts=, before=)`: the page from its file, offline; any request fails the test."""
    contexts, faults = [], []

    def make(*, dark=False, width=1280, scripts=True, before="") -> Page:
        context = browser.new_context(
            offline=True,
            locale="fr-FR",
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda message: faults.extend(complaints(message)))
        if before:
            page.add_init_script(before)
        page.goto((BUILT / "verifier.html").as_uri())
        page.on("request", lambda request: faults.append(f"request: {request.url}"))
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def choose(page, *paths):
    page.set_input_files("#files", list(map(str, paths)))
    page.wait_for_selector("#result:not([hidden])")


def outcomes(page):
    return {
        item.get_attribute("data-check"): item.get_attribute("data-outcome")
        for item in page.query_selector_all("#checks li")
    }


@pytest.fixture
def archive(files, tmp_path) -> Path:
    (tmp_path / "recepisse-3.zip").write_bytes(zipped(files, "recepisse-3/"))
    return tmp_path / "recepisse-3.zip"
