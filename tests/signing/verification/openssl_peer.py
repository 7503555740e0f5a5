"""OpenSSL as the signer and the time-stamping authority of the tests: an implementation that is not ours."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_TSA = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Identity:
    """A key and its self-signed certificate, in a folder."""

    folder: Path
    name: str

    @classmethod
    def create(cls, folder: Path, name: str, *options: str, algorithm: str = "ec") -> "Identity":
        kinds = {
            "ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            "rsa": ("-newkey", "rsa:2048"),
        }
        subject = ("-subj", f"/CN={name.replace('-', ' ')}", "-days", "3650", *options)
        files = ("-keyout", f"{name}.key", "-out", f"{name}.pem")
        openssl(folder, "req", "-x509", "-nodes", *kinds[algorithm], *subject, *files)
        return cls(folder, name)

    @property
    def certificate(self) -> bytes:
        return openssl(self.folder, "x509", "-in", f"{self.name}.pem", "-outform", "DER")

    def sign(self, data: bytes, *options: str, form: str = "DER") -> bytes:
        """A CMS of `data`; detached and CAdES by the options that openssl has for them."""
        (self.folder / "data").write_bytes(data)
        names = ("-signer", f"{self.name}.pem", "-inkey", f"{self.name}.key")
        form_options = ("-outform", form) if form else ()
        return openssl(self.folder, "cms", "-sign", "-binary", "-in", "data", *names, *form_options, *options)

    def sign_too(self, cms: bytes, data: bytes, *options: str) -> bytes:
        """The same CMS with one signer more."""
        (self.folder / "data").write_bytes(data)
        (self.folder / "cms").write_bytes(cms)
        names = ("-signer", f"{self.name}.pem", "-inkey", f"{self.name}.key")
        forms = ("-inform", "DER", "-in", "cms", "-outform", "DER", "-content", "data")
        return openssl(self.folder, "cms", "-resign", "-binary", *forms, *names, *options)

    def stamp(
        self, data: bytes, *, digest: str = "sha256", with_certificate: bool = True
    ) -> tuple[bytes, bytes]:
        """Request and response (TimeStampReq, TimeStampResp) for `data`."""
        (self.folder / "tsa.cnf").write_text(_TSA.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        (self.folder / "data").write_bytes(data)
        wanted = ("-cert",) if with_certificate else ()
        query = openssl(self.folder, "ts", "-query", "-data", "data", f"-{digest}", *wanted)
        (self.folder / "query").write_bytes(query)
        names = ("-signer", f"{self.name}.pem", "-inkey", f"{self.name}.key")
        reply = ("-reply", "-config", "tsa.cnf", "-section", "own", "-queryfile", "query")
        return query, openssl(self.folder, "ts", *reply, *names)


TIME_STAMPING = ("-addext", "extendedKeyUsage=critical,timeStamping")


def openssl(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run(
        ("openssl", *arguments), cwd=folder, input=given, capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout
