"""The verifier's page: what people see, with a keyboard, on a phone, in browsers that lack something (issue 3)."""

import base64
import hashlib
import json
import re

import pytest
from cryptography.hazmat.primitives.hashes import SHA256

from tests.browser.verifier.conftest import BUILT, LARGE, choose, outcomes
from tests.factories.evidence import LATER, OWN_FILES, SIZE, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


# --- What a person sees ---------------------------------------------------------------------------------------------
def test_a_receipt_is_verified_from_its_zip_offline(open_page, archive, axe, picture):
    page = open_page()
    assert axe(page) == []
    choose(page, archive)
    assert page.inner_text("#verdict") == "Ces preuves sont valides\u00a0: rien n'a été modifié."
    assert page.inner_text("[role=status]") == page.inner_text("#verdict")
    assert "lundi 2\u00a0mars\u00a02026" in page.inner_text("#facts")
    assert "failed" not in outcomes(page).values()
    assert axe(page) == []
    picture(page, "verifier-valid")


def test_the_deposited_files_are_added_and_compared(open_page, archive, tmp_path, axe, picture):
    page = open_page(dark=True)
    choose(page, archive)
    choose(page, *(written(OWN_FILES, tmp_path / "own").iterdir()))
    page.wait_for_selector("[data-check=files][data-outcome=passed]")
    page.click("#unfold")
    assert "3 sur 3" in page.inner_text("[data-check=files]")
    assert axe(page) == []
    picture(page, "verifier-dark-unfolded")


def test_an_altered_part_is_named_and_its_explanation_is_open(
    open_page, archive, files, tmp_path, axe, picture
):
    page = open_page()
    choose(page, archive)
    changed = tmp_path / "receipt.json"
    changed.write_bytes(files["receipt.json"].replace(b"Tilleuls", b"Tilleult"))
    choose(page, changed)
    page.wait_for_selector("[data-check=document][data-outcome=failed]")
    assert page.inner_text("#verdict") == "Ces preuves ne sont pas valides\u00a0: le document a été modifié."
    assert "n'est plus celui qui a été scellé" in page.inner_text("[data-check=document]")
    assert "Reçu le" not in page.inner_text("#facts")
    assert axe(page) == []
    picture(page, "verifier-altered")


def test_it_fits_a_phone(open_page, archive, picture):
    page = open_page(width=360)
    picture(page, "verifier-phone-empty")
    choose(page, archive)
    page.click("#unfold")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    picture(page, "verifier-phone")


def test_it_works_with_the_keyboard(open_page, archive):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "files"
    choose(page, archive)
    page.focus("#checks li:first-child summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#checks details').open")
    page.focus("#restart")
    page.keyboard.press("Enter")
    assert page.is_hidden("#result")
    assert page.evaluate("document.activeElement.id") == "files"


def test_files_are_dropped_on_it(open_page, archive):
    page = open_page()
    data = base64.b64encode(archive.read_bytes()).decode()
    page.evaluate(
        """text => {
          const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], "recepisse.zip"));
          document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
        }""",
        data,
    )
    page.wait_for_selector("#result[data-verdict=valid]")


def test_files_of_any_length_are_read_in_pieces(open_page, made, tmp_path):
    page = open_page()
    folder = written({**made.large.files, **LARGE}, tmp_path / "large")
    choose(page, *folder.iterdir())
    assert "10 sur 10" in page.text_content("[data-check=files][data-outcome=passed]")


def test_the_root_that_is_expected_is_compared(open_page, archive, authority):
    page = open_page()
    choose(page, archive)
    page.click("text=Comparer avec ce que vous avez gardé")
    page.fill("#trust", authority.root_certificate.fingerprint(SHA256()).hex())
    page.keyboard.press("Tab")
    page.wait_for_selector("[data-check=trust][data-outcome=passed]")
    page.fill("#trust", "00" * 32)
    page.keyboard.press("Tab")
    page.wait_for_selector("[data-check=trust][data-outcome=failed]")


def test_a_state_of_the_register_kept_elsewhere_is_compared(open_page, archive, made, tmp_path):
    page = open_page()
    choose(page, archive)
    kept = tmp_path / "garde.txt"
    kept.write_text(made.receipt.register.consistency(SIZE, LATER - 9))
    page.set_input_files("#checkpoint", str(kept))
    page.wait_for_selector("[data-check=checkpoint][data-outcome=passed]")


# --- Browsers that lack something -------------------------------------------------------------------------------------
def test_without_scripts_it_gives_the_commands(open_page, picture):
    page = open_page(scripts=False)
    shown = page.inner_text("main")
    assert "openssl ts -verify" in shown
    assert "check_receipt" in shown
    picture(page, "verifier-without-scripts")


def test_without_ed25519_the_register_alone_is_left_unverified(open_page, archive):
    page = open_page(
        before="""const original = SubtleCrypto.prototype.importKey;
        SubtleCrypto.prototype.importKey = function (format, data, algorithm, ...rest) {
          if (algorithm.name === "Ed25519") return Promise.reject(new DOMException("", "NotSupportedError"));
          return original.call(this, format, data, algorithm, ...rest);
        };"""
    )
    choose(page, archive)
    assert page.get_attribute("#result", "data-verdict") == "valid"
    assert outcomes(page)["consistency"] == "unknown"
    assert "Ed25519" in page.text_content("[data-check=consistency]")


def test_without_cryptography_it_says_what_to_do(open_page):
    page = open_page(before="Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})")
    assert "Enregistrez la page" in page.inner_text("main")
    assert page.is_hidden("#choice")


# --- The file ---------------------------------------------------------------------------------------------------------
def test_the_policy_names_the_only_script_and_the_only_style():
    """The hashes that the server sends, and that the file itself carries."""
    text = (BUILT / "verifier.html").read_text(encoding="utf-8")
    hashes = json.loads((BUILT / "verifier.csp.json").read_text())
    for kind in ("script", "style"):
        (content,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert hashes[kind] == f"sha256-{digest}"
        assert f"{kind}-src '{hashes[kind]}'" in text


def test_the_file_names_no_other_address():
    text = (BUILT / "verifier.html").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\s\"'<>`]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(?:src|href|action)=", text)
