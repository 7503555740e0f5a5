"""The installation's own authority: made once, whole, readable by its owner alone (P7-T6)."""

import multiprocessing
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.pki import authority as module
from signing.pki.authority import CRL_RENEWED_AFTER, ensure_authority


def test_it_is_made_once_and_read_again(tmp_path, now, monkeypatch):
    first = ensure_authority(tmp_path, now)
    monkeypatch.setattr(module, "_loaded", {})  # as another process, later
    second = ensure_authority(tmp_path, now + timedelta(hours=1))
    assert second is not first
    assert second.chain_pem() == first.chain_pem()
    assert second.seal_key.private_numbers() == first.seal_key.private_numbers()


def test_the_second_call_costs_nothing(tmp_path, now):
    assert ensure_authority(tmp_path, now) is ensure_authority(tmp_path, now)


def test_only_the_owner_reads_the_keys(tmp_path, now):
    place = ensure_authority(tmp_path, now).directory
    assert {path.stat().st_mode & 0o777 for path in place.iterdir()} == {0o600}
    assert place.stat().st_mode & 0o777 == 0o700


def test_nothing_else_is_left_in_the_folder(tmp_path, now):
    (tmp_path / "secret_key").write_text("of somebody else")
    ensure_authority(tmp_path, now)
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key", "authority"}


def test_processes_that_start_together_share_one_authority(tmp_path, now):
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        chains = pool.starmap(_chain, [(tmp_path, now)] * 6)
    assert len(set(chains)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["authority"]


def _chain(directory, now):
    return ensure_authority(directory, now).chain_pem()


def test_the_timestamping_certificate_serves_that_alone(authority):
    """RFC 3161 2.3: extended key usage critical, one purpose."""
    usage = authority.tsa_certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    key_usage = authority.tsa_certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert key_usage.digital_signature
    assert not key_usage.key_cert_sign


def test_both_certificates_come_from_the_root(authority):
    authority.tsa_certificate.verify_directly_issued_by(authority.root_certificate)
    authority.seal_certificate.verify_directly_issued_by(authority.root_certificate)
    assert authority.crl.is_signature_valid(authority.root_certificate.public_key())


@pytest.mark.parametrize("later", [CRL_RENEWED_AFTER, timedelta(days=400)])
def test_a_stale_revocation_list_is_renewed(tmp_path, now, later):
    first = ensure_authority(tmp_path, now)
    second = ensure_authority(tmp_path, now + later)
    assert second.crl.last_update_utc == now + later
    assert second.crl_path.read_bytes() != first.crl.public_bytes(module.Encoding.DER)
    assert second.chain_pem() == first.chain_pem()


def test_a_crash_while_making_it_leaves_nothing_by_halves(tmp_path, now, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.certificates, "revocations", full)
        with pytest.raises(OSError, match="space"):
            ensure_authority(tmp_path, now)
    assert list(tmp_path.iterdir()) == []
    assert ensure_authority(tmp_path, now).tsa_certificate


def test_openssl_accepts_both_certificates(authority, folder, run, at):
    for role, purpose in (("tsa", "timestampsign"), ("seal", "any")):
        (folder / f"{role}.pem").write_bytes((authority.directory / f"{role}.pem").read_bytes())
        checked = run("openssl", "verify", *at, "-purpose", purpose, "-CAfile", "ca.pem", f"{role}.pem")
        assert checked.stdout == f"{role}.pem: OK\n"
