"""Where the key of the seal lives: PKCS#12 by openssl, a SoftHSM token; and what happens when it does not answer."""

import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pkcs11
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from signing import seals
from signing.pki.authority import ensure_authority
from signing.pki.expiries import expiries
from signing.sealing.keys import chosen
from signing.sealing.keys.seal_key import Origin, SealUnavailable, is_signed
from tests.signing import external

pytestmark = pytest.mark.django_db
DATA = '{"depot": "2026-VAL-014/3", "objet": "école"}'.encode()
DIGEST = hashlib.sha256(DATA).digest()


@pytest.fixture(scope="session")
def issued(tmp_path_factory) -> dict[str, external.Seal]:
    return {kind: external.make(tmp_path_factory.mktemp(kind), kind) for kind in external.KINDS}


@pytest.fixture(autouse=True)
def _no_key_of_another_test():
    chosen._holder.cache_clear()


@pytest.fixture
def authority(tmp_path, now):
    """One's own: external certificates are published in it."""
    return ensure_authority(tmp_path / "keys", now)


def use_pkcs12(settings, seal):
    settings.SEAL_KEY = "pkcs12"
    settings.SEAL_PKCS12_PATH = str(seal.bundle)
    settings.SEAL_PKCS12_PASSWORD = external.PASSWORD
    return seal


def use_token(settings, seal):
    """A SoftHSM token that holds the key and the certificate alone, as most tokens do."""
    settings.SEAL_KEY = "pkcs11"
    settings.SEAL_PKCS11_MODULE = "/usr/lib/softhsm/libsofthsm2.so"
    settings.SEAL_PKCS11_TOKEN, settings.SEAL_PKCS11_LABEL = "commune", "cachet"
    settings.SEAL_PKCS11_PIN = "648219"
    settings.SEAL_ISSUERS_PATH = str(seal.folder / "issuers.pem")
    initialise(settings, seal)
    return seal


def initialise(settings, seal):
    """The token, its key, its certificate: softhsm2-util and pkcs11-tool, as its holder does."""
    program(
        "softhsm2-util", "--init-token", "--free", "--label", "commune", "--so-pin", "1234", "--pin", "648219"
    )
    program("softhsm2-util", "--import", str(seal.folder / "seal.key"), "--token", "commune",
        "--label", "cachet", "--id", "01", "--pin", "648219")  # fmt: skip
    external.openssl(seal.folder, "x509", "-in", "seal.pem", "-outform", "DER", "-out", "seal.der")
    program("pkcs11-tool", "--module", settings.SEAL_PKCS11_MODULE, "--token-label", "commune", "--login", "--pin",
        "648219", "--write-object", str(seal.folder / "seal.der"), "--type", "cert", "--label", "cachet",
        "--id", "01")  # fmt: skip


def program(*arguments: str) -> None:
    subprocess.run(arguments, check=True, capture_output=True, timeout=30)


@pytest.fixture(autouse=True)
def _tokens_of_this_test(tmp_path, monkeypatch):
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path}/tokens\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))


@pytest.fixture
def pkcs12(settings, issued) -> external.Seal:
    return use_pkcs12(settings, issued["p256"])


@pytest.fixture
def token(settings, issued) -> external.Seal:
    return use_token(settings, issued["p256"])


@pytest.fixture(params=[(use_pkcs12, "rsa"), (use_pkcs12, "p256"), (use_token, "rsa"), (use_token, "p256")])
def configured(request, settings, issued) -> external.Seal:
    use, kind = request.param
    return use(settings, issued[kind])


# --- Seals by keys of others ----------------------------------------------------------------------------------
def test_openssl_verifies_a_detached_seal_with_what_is_published(configured, authority, folder, run, at, now):
    (folder / "a.p7s").write_bytes(seals.seal_detached(DATA, authority=authority, now=now))
    (folder / "a.json").write_bytes(DATA)
    (folder / "ca.pem").write_bytes(ensure_authority(authority.directory.parent, now).chain_pem())
    shown = run("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "a.p7s", *at,
                "-content", "a.json", "-CAfile", "ca.pem", "-out", "/dev/null").stdout  # fmt: skip
    assert "CAdES Verification successful" in shown


def test_our_own_reading_finds_the_key_that_was_configured(configured, authority, now):
    p7s = seals.seal_detached(DATA, authority=authority, now=now)
    facts = seals.verify_detached(p7s, DIGEST, *ensure_authority(authority.directory.parent, now).roots)
    assert facts.certificate == configured.certificate
    assert seals.is_canonical(p7s)


def test_pdfsig_accepts_the_pdf_that_it_seals(configured, authority, folder, run, receipt_pdf, now):
    sealed = seals.seal_pdf(receipt_pdf, reason="Récépissé", authority=authority, now=now)
    (folder / "a.pdf").write_bytes(sealed)
    shown = run("pdfsig", "-nocert", "a.pdf").stdout
    assert "Signature Validation: Signature is Valid." in shown
    assert "Cachet de la commune fictive" in shown


def test_its_certificates_stay_published_and_its_end_is_watched(pkcs12, authority, now, settings):
    seals.seal_detached(DATA, authority=authority, now=now)
    authority = ensure_authority(authority.directory.parent, now)
    assert authority.external[0] == pkcs12.certificate
    assert len(authority.external) == 3
    (last,) = [each for each in expiries(authority, now, with_external=True) if each.what == "Cachet externe"]
    assert last.not_after == external.ENDS
    settings.SEAL_KEY = "own"
    seals.seal_detached(DATA, authority=authority, now=now)
    assert ensure_authority(authority.directory.parent, now).external == authority.external


def test_a_replaced_file_is_taken_up_without_a_restart(pkcs12, authority, now, tmp_path, settings):
    bundle = tmp_path / "seal.p12"
    bundle.write_bytes(pkcs12.bundle.read_bytes())
    settings.SEAL_PKCS12_PATH = str(bundle)
    assert signer(authority, now) == pkcs12.certificate
    new = external.make(tmp_path / "new", "p256")
    new.bundle.rename(bundle)
    assert signer(authority, now) == new.certificate


def signer(authority, now):
    """Who seals now."""
    p7s = seals.seal_detached(DATA, authority=authority, now=now)
    roots = ensure_authority(authority.directory.parent, now).roots
    return seals.verify_detached(p7s, DIGEST, *roots).certificate


# --- Keys that fail -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("broken", [
    {"SEAL_PKCS12_PASSWORD": "another"},
    {"SEAL_PKCS12_PATH": "/nowhere/seal.p12"},
    {"SEAL_KEY": "pkcs11", "SEAL_PKCS11_MODULE": "/nowhere/library.so", "SEAL_PKCS11_TOKEN": "commune"},
    {"SEAL_KEY": "csc", "SEAL_CSC_URL": "http://127.0.0.1:9", "SEAL_CSC_CREDENTIAL": "c"},
    {"SEAL_KEY": "csc", "SEAL_CSC_URL": "file:///etc/passwd", "SEAL_CSC_CREDENTIAL": "c"},
    {"SEAL_KEY": "csc", "SEAL_CSC_URL": "http://127.0.0.1:port", "SEAL_CSC_CREDENTIAL": "c"},
    {"SEAL_ISSUERS_PATH": "/nowhere/issuers.pem"},
])  # fmt: skip
def test_our_own_seal_replaces_a_key_that_fails(broken, pkcs12, authority, now, settings, caplog):
    for name, value in broken.items():
        setattr(settings, name, value)
    with caplog.at_level("WARNING", logger="signing"):
        assert signer(authority, now) == authority.seal_certificate
    assert "our own seal is used" in caplog.text


@pytest.mark.parametrize("moment", [external.BEGINS - timedelta(days=1), external.ENDS + timedelta(days=1)])
def test_a_certificate_out_of_its_life_does_not_seal(pkcs12, moment):
    holder = chosen.configured()
    with pytest.raises(SealUnavailable, match="validité"):
        holder.use(lambda key: key.sign(b"message"), moment)
    assert holder.use(lambda key: key.certificate, external.LISTED) == pkcs12.certificate


def test_whatever_a_library_raises_no_deposit_is_lost(pkcs12, authority, now, monkeypatch):
    def crash(*_given):
        raise ZeroDivisionError

    monkeypatch.setattr(chosen.Pkcs12File, "open", crash)
    assert signer(authority, now) == authority.seal_certificate


def test_a_pdf_is_sealed_all_the_same(pkcs12, authority, now, settings, receipt_pdf, folder, run):
    settings.SEAL_PKCS12_PASSWORD = "another"
    (folder / "a.pdf").write_bytes(seals.seal_pdf(receipt_pdf, reason="r", authority=authority, now=now))
    shown = run("pdfsig", "-nocert", "a.pdf").stdout
    assert "Signature is Valid" in shown
    assert "CN=Cachet de la plateforme" in shown


def test_a_token_whose_session_ended_is_opened_again(token, authority, now, monkeypatch):
    opened = []
    original = chosen.Token.open
    monkeypatch.setattr(chosen.Token, "open", lambda *given: opened.append(1) or original(*given))
    assert [signer(authority, now), signer(authority, now)] == [token.certificate] * 2
    assert len(opened) == 1
    pkcs11.lib("/usr/lib/softhsm/libsofthsm2.so").reinitialize()  # as after a power cut
    assert signer(authority, now) == token.certificate
    assert len(opened) == 2


def test_a_key_that_failed_is_left_alone_for_a_minute(pkcs12, authority, now, settings, monkeypatch):
    tries = []

    def fail(*_given):
        tries.append(1)
        raise SealUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(chosen.Pkcs12File, "open", fail)
        for seconds in (0, 1, 59):
            assert signer(authority, now + timedelta(seconds=seconds)) == authority.seal_certificate
    assert len(tries) == 1
    assert signer(authority, now + timedelta(seconds=61)) == pkcs12.certificate


def test_threads_share_one_session(token, now):
    holder = chosen.configured()
    messages = [str(number).encode() for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        signatures = list(pool.map(lambda message: holder.use(lambda key: key.sign(message), now), messages))
    signed = zip(messages, signatures, strict=True)
    assert all(is_signed(message, signature, token.certificate) for message, signature in signed)


def test_who_uses_a_signature_holds_no_lock(pkcs12, now):
    """A thread that waits for a row of the database does not keep others from signing."""
    holder = chosen.configured()
    with ThreadPoolExecutor(1) as other:

        def make(key):
            return other.submit(holder.use, lambda again: again.sign(b"other"), now).result(20)

        assert is_signed(b"other", holder.use(make, now), pkcs12.certificate)


def test_a_forked_process_opens_a_session_of_its_own(token, now):
    holder = chosen.configured()
    assert holder.use(lambda key: key.sign(b"parent"), now)
    child = os.fork()
    if child == 0:
        signature = holder.use(lambda key: key.sign(b"child"), now)
        os._exit(0 if is_signed(b"child", signature, token.certificate) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert holder.use(lambda key: key.sign(b"parent again"), now)


def test_a_token_with_the_certificate_of_another_key_is_refused(token, settings, tmp_path):
    """What does not verify is never handed out."""
    other = external.make(tmp_path / "other", "p256")
    settings.SEAL_PKCS11_TOKEN = "second"
    program(
        "softhsm2-util", "--init-token", "--free", "--label", "second", "--so-pin", "1234", "--pin", "648219"
    )
    program("softhsm2-util", "--import", str(other.folder / "seal.key"), "--token", "second", "--label", "cachet",
        "--id", "01", "--pin", "648219")  # fmt: skip
    program("pkcs11-tool", "--module", settings.SEAL_PKCS11_MODULE, "--token-label", "second", "--login", "--pin",
        "648219", "--write-object", str(token.folder / "seal.der"), "--type", "cert", "--label", "cachet",
        "--id", "01")  # fmt: skip
    with pytest.raises(SealUnavailable):
        chosen._source().open().sign(b"message")


def test_a_key_of_another_kind_is_refused(tmp_path, settings):
    """SEAL_KEY is RSA of 2,048 bits at least, or P-256."""
    key = external.ec.generate_private_key(external.ec.SECP384R1())
    external.issue(tmp_path, "seal", "Cachet fictif", key)
    external.openssl(tmp_path, "pkcs12", "-export", "-inkey", "seal.key", "-in", "seal.pem", "-passout",
                     f"pass:{external.PASSWORD}", "-out", "seal.p12")  # fmt: skip
    path = tmp_path / "seal.p12"
    with pytest.raises(SealUnavailable, match="P-256"):
        chosen.Pkcs12File(path, (0, 0), external.PASSWORD).open()


def test_the_command_says_that_a_key_cannot_be_opened(pkcs12, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    said = StringIO()
    call_command("create_keys", stderr=said)
    assert said.getvalue() == ""
    settings.SEAL_PKCS12_PASSWORD = "another"
    call_command("create_keys", stderr=said)
    assert "mot de passe" in said.getvalue()


def test_a_setting_that_makes_no_sense_is_refused(settings):
    settings.SEAL_KEY = "pkcs15"
    with pytest.raises(ImproperlyConfigured, match="own, pkcs12, pkcs11, csc"):
        chosen.configured()


def test_secrets_are_not_shown(settings):
    settings.SEAL_PKCS12_PASSWORD = settings.SEAL_PKCS11_PIN = settings.SEAL_CSC_PIN = "visible"
    settings.SEAL_CSC_TOKEN = "visible"
    for origin in (Origin.PKCS12, Origin.PKCS11, Origin.CSC):
        settings.SEAL_KEY = origin.value
        assert "visible" not in repr(chosen._source())
