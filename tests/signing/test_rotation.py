"""Keys replaced without a stop, and what was sealed before still verifies (P7-T6, P7-T7)."""

import hashlib
import multiprocessing
from datetime import timedelta
from io import StringIO

import pytest
from cryptography import x509
from django.core.management import call_command

from procurement.actors import SYSTEM
from procurement.audit.models import Entry
from signing import seals
from signing.pki import authority as module
from signing.pki import key_files
from signing.pki.authority import ensure_authority, rotate
from signing.pki.expiries import NEAR, expiries
from signing.services import keys, stamping
from signing.tsp import timestamps
from tests.signing import processes

DATA = b'{"depot": 1}'
DIGEST = hashlib.sha256(DATA).digest()


def test_a_rotation_replaces_what_is_asked_and_nothing_else(tmp_path, now):
    before = ensure_authority(tmp_path, now)
    after = rotate(tmp_path, ["tsa"], now + timedelta(days=400))
    assert after.tsa_certificate != before.tsa_certificate
    assert after.tsa_certificate.not_valid_after_utc == now + timedelta(days=400) + timedelta(days=3652)
    assert (after.root_certificate, after.seal_certificate) == (
        before.root_certificate,
        before.seal_certificate,
    )


def test_a_process_that_runs_takes_the_new_keys_up_at_its_next_use(tmp_path, now):
    before = ensure_authority(tmp_path, now)
    with multiprocessing.get_context("spawn").Pool(1) as elsewhere:
        serial = elsewhere.apply(processes.rotate_seal, (tmp_path, now))
    after = ensure_authority(tmp_path, now)
    assert after.seal_certificate.serial_number == serial != before.seal_certificate.serial_number
    assert ensure_authority(tmp_path, now) is after


def test_rotations_that_meet_do_not_overwrite_one_another(tmp_path, now):
    first = ensure_authority(tmp_path, now)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        serials = set(pool.starmap(processes.rotate_seal, [(tmp_path, now)] * 3))
    authority = ensure_authority(tmp_path, now)
    assert len(serials) == 3
    published = {each.serial_number for each in (authority.seal_certificate, *authority.earlier)}
    assert published == serials | {first.seal_certificate.serial_number}


def test_the_replaced_private_key_is_destroyed(tmp_path, now):
    place = ensure_authority(tmp_path, now).directory
    rotate(tmp_path, ["tsa"], now)
    assert not (place / "tsa.key").exists()
    assert (place / "tsa-2.key").stat().st_mode & 0o777 == 0o600
    assert (place / "tsa.pem").exists()


def test_a_crash_before_the_switch_leaves_the_old_keys_in_use(tmp_path, now, monkeypatch):
    before = ensure_authority(tmp_path, now)
    with monkeypatch.context() as patch:
        patch.setattr(key_files, "write_state", _full)
        with pytest.raises(OSError, match="space"):
            rotate(tmp_path, ["tsa", "seal"], now)
    monkeypatch.setattr(module, "_loaded", {})  # as another process
    assert ensure_authority(tmp_path, now).chain_pem() == before.chain_pem()
    assert rotate(tmp_path, ["tsa"], now).tsa_certificate != before.tsa_certificate


def _full(*_args):
    raise OSError(28, "No space left on device")


def test_a_reader_between_the_pointer_and_the_destruction_reads_again(tmp_path, now, monkeypatch):
    """It read the old pointer; the key it names is gone when it comes to it."""
    ensure_authority(tmp_path, now)
    place = rotate(tmp_path, ["seal"], now).directory
    states = iter([key_files.State(), key_files.read_state(place)])
    marks = iter([(0, 0), (1, 1), (1, 1)])
    with monkeypatch.context() as patch:
        patch.setattr(module.key_files, "read_state", lambda _: next(states))
        patch.setattr(module.key_files, "mark", lambda _: next(marks))
        _, authority = module._load(place)
    assert authority.seal_certificate == ensure_authority(tmp_path, now).seal_certificate


@pytest.mark.django_db
@pytest.mark.parametrize("roles", [["tsa", "seal"], ["root"]])
def test_what_was_sealed_before_verifies_with_what_is_published_after(roles, tmp_path, folder, run, at, now):
    before = ensure_authority(tmp_path / "rotated", now)
    p7s = seals.seal_detached(DATA, authority=before, now=now)
    token = timestamps.issue(digest=DIGEST, authority=before, serial=5, gen_time=now)
    after = rotate(tmp_path / "rotated", roles, now + timedelta(days=30))
    (folder / "ca.pem").write_bytes(after.chain_pem())
    (folder / "a.json").write_bytes(DATA)
    (folder / "a.p7s").write_bytes(p7s)
    (folder / "a.tsr").write_bytes(timestamps.response(token))
    seal = run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "a.p7s", *at,
               "-content", "a.json", "-CAfile", "ca.pem", "-out", "/dev/null")  # fmt: skip
    assert "CMS Verification successful" in seal.stdout
    stamp = run("openssl", "ts", "-verify", *at, "-in", "a.tsr", "-data", "a.json", "-CAfile", "ca.pem")
    assert "Verification: OK" in stamp.stdout
    assert seals.verify_detached(p7s, DIGEST, *after.roots).stamped_at == now


def test_a_new_root_signs_new_leaves_and_the_old_one_its_revocation_list(tmp_path, now):
    before = ensure_authority(tmp_path, now)
    after = rotate(tmp_path, ["root"], now)
    after.tsa_certificate.verify_directly_issued_by(after.root_certificate)
    after.seal_certificate.verify_directly_issued_by(after.root_certificate)
    assert after.roots == (after.root_certificate, before.root_certificate)
    later = ensure_authority(tmp_path, now + timedelta(days=3))
    for crl, root in zip(later.crls, later.roots, strict=True):
        assert crl.is_signature_valid(root.public_key())
        assert crl.last_update_utc == now + timedelta(days=3)


def test_a_replaced_root_signs_lists_as_long_as_its_leaves_live(tmp_path, now):
    ends = ensure_authority(tmp_path, now).tsa_certificate.not_valid_after_utc
    rotate(tmp_path, ["root"], ends - timedelta(days=100))
    assert len(ensure_authority(tmp_path, ends - timedelta(days=1)).crls) == 2
    assert len(ensure_authority(tmp_path, ends + timedelta(days=1)).crls) == 1


def test_an_authority_whose_leaves_have_ended_still_tells_it(tmp_path, now):
    ends = ensure_authority(tmp_path, now).tsa_certificate.not_valid_after_utc
    assert ensure_authority(tmp_path, ends + timedelta(days=1)).crl.last_update_utc > ends


def test_openssl_reads_the_revocation_lists_of_both_roots(tmp_path, folder, run, at, now):
    before = ensure_authority(tmp_path / "rotated", now)
    after = rotate(tmp_path / "rotated", ["root"], now)
    (folder / "ca.pem").write_bytes(after.chain_pem() + after.crl_path.read_bytes())
    for authority in (before, after):
        (folder / "seal.pem").write_bytes(authority.seal_certificate.public_bytes(module.Encoding.PEM))
        checked = run("openssl", "verify", *at, "-crl_check", "-CAfile", "ca.pem", "seal.pem")
        assert checked.stdout == "seal.pem: OK\n"


def test_a_leaf_does_not_outlive_its_root(tmp_path, now):
    root = ensure_authority(tmp_path, now).root_certificate
    after = rotate(tmp_path, ["tsa"], now + timedelta(days=25 * 365))
    assert after.tsa_certificate.not_valid_after_utc == root.not_valid_after_utc


# --- Revocation lists -----------------------------------------------------------------------------------------
def test_processes_that_renew_together_publish_one_list(tmp_path, now):
    ensure_authority(tmp_path, now)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        lists = pool.starmap(processes.crl, [(tmp_path, now + timedelta(days=2))] * 6)
    assert len(set(lists)) == 1


def test_a_list_for_the_past_is_not_published(tmp_path, now):
    """A document sealed with a time behind the clock needs one; everybody else keeps the latest."""
    authority = ensure_authority(tmp_path, now)
    published = authority.crl_path.read_bytes()
    earlier = ensure_authority(tmp_path, now - timedelta(minutes=30))
    assert earlier.crl.last_update_utc == now - timedelta(minutes=30)
    assert earlier.crl_path.read_bytes() == published
    assert ensure_authority(tmp_path, now).crl_is_fresh(now)


# --- Expiry ---------------------------------------------------------------------------------------------------
def test_an_end_is_told_sixty_days_before(authority):
    ends = authority.tsa_certificate.not_valid_after_utc
    shown = {expiry.what: expiry for expiry in expiries(authority, ends - NEAR)}
    assert (shown["Horodatage"].days_left, shown["Horodatage"].is_near) == (60, True)
    assert not shown["Autorité de certification (racine)"].is_near
    assert not any(expiry.is_near for expiry in expiries(authority, ends - NEAR - timedelta(seconds=1)))
    assert {expiry.days_left for expiry in expiries(authority, ends + timedelta(hours=1))} >= {-1}


# --- The act --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_journal_says_what_was_renewed(settings, tmp_path, now):
    settings.DATA_DIR = tmp_path
    authority = keys.rotate(roles=["seal"], actor=SYSTEM, now=now)
    entry = Entry.objects.get(action="signing.key.rotate")
    assert entry.data["renewed"] == ["seal"]
    assert entry.data["certificates"]["seal"] == _fingerprint(authority.seal_certificate)


def _fingerprint(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.public_bytes(module.Encoding.DER)).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize(("options", "renewed"), [
    ([], {"root", "tsa", "seal"}), (["--tsa"], {"tsa"}), (["--seal"], {"seal"}), (["--tsa", "--seal"], {"tsa", "seal"}),
])  # fmt: skip
def test_the_command_renews_what_it_is_told(options, renewed, settings, tmp_path, now):
    settings.DATA_DIR = tmp_path
    before = stamping.current_authority(now)
    shown = StringIO()
    call_command("rotate_keys", *options, stdout=shown)
    after = stamping.current_authority(now)
    names = {"root": "root_certificate", "tsa": "tsa_certificate", "seal": "seal_certificate"}
    changed = {role for role, name in names.items() if getattr(after, name) != getattr(before, name)}
    assert changed == renewed
    assert "Horodatage\u00a0: jusqu'au" in shown.getvalue()


def test_stamping_goes_on_while_keys_are_replaced(tmp_path, now):
    """Every token made meanwhile by another process verifies with the root."""
    ensure_authority(tmp_path, now)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        stamping_on = pool.apply_async(processes.stamp_much, (tmp_path, now))
        for _ in range(4):
            pool.apply(processes.rotate_tsa, (tmp_path, now))
        assert stamping_on.get(60) == processes.TOKENS
