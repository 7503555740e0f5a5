// SignedData with one signer (RFC 5652), read as strictly as signing/folder/cms.py.
import { digest, equal, hex, join, Malformed, strictly } from "./bytes.js";
import { readCertificate } from "./certificates.js";
import { only, read, TAG } from "./elements.js";
import { digestNamed, holds, isLowered } from "./signatures.js";

export const DATA = "1.2.840.113549.1.7.1";
export const TST_INFO = "1.2.840.113549.1.9.16.1.4";
export const SIGNATURE_STAMP = "1.2.840.113549.1.9.16.2.14";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const [CONTENT_TYPE, MESSAGE_DIGEST] = ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"];
const [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2] = ["1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"];
const CERTIFICATES = 0xa0;
const [SIGNED, UNSIGNED] = [0xa0, 0xa1];

class Signed {
  constructor(parts) {
    Object.assign(this, parts);
  }

  attribute(kind) {
    return only(this.attributes.get(kind));
  }

  get statedDigest() {
    return this.attribute(MESSAGE_DIGEST).expect(TAG.octets).content;
  }

  /** The certificate that the signer's name and the signed reference (RFC 5035) both designate. */
  async signer() {
    for (const encoded of this.certificates) {
      const certificate = await readCertificate(encoded);
      const isNamed = equal(certificate.issuer, this.issuer) && equal(certificate.serial, this.serial);
      if (isNamed && (await this.designates(encoded))) return certificate;
    }
    return null;
  }

  isSignedBy(certificate) {
    const { digest: name, signedPart: message, signature } = this;
    return holds(this.algorithm, { digest: name, key: certificate.key, message, signature });
  }

  async designates(certificate) {
    const isVersion2 = this.attributes.has(SIGNING_CERTIFICATE_V2);
    const reference = this.attribute(isVersion2 ? SIGNING_CERTIFICATE_V2 : SIGNING_CERTIFICATE);
    let [first, ...rest] = reference.sequence()[0].sequence()[0].sequence();
    let algorithm = isVersion2 ? "sha256" : "sha1";
    if (isVersion2 && first.tag === TAG.sequence) {
      algorithm = digestNamed(first);
      [first] = rest;
    }
    return equal(first.expect(TAG.octets).content, await digest(algorithm, certificate));
  }
}

/** A ContentInfo that holds SignedData over content of that kind (DATA: detached). */
export const readSigned = (data, kind, { isOurs }) => strictly(() => {
  const [outer, wrapped, ...more] = read(data).sequence();
  const parts = wrapped.explicit(0).sequence();
  const [version, digests, encapsulated] = parts;
  const optional = parts.slice(3, -1);
  const signer = only(parts[parts.length - 1].expect(TAG.set).children());
  const tags = optional.map((element) => element.tag).join();
  const allowed = isOurs ? ["160"] : ["160", "160,161", ""];
  if (more.length || parts.length < 4 || outer.oid() !== SIGNED_DATA || !allowed.includes(tags)) throw new Malformed();
  if (version.integer() !== (kind === DATA ? 1n : 3n)) throw new Malformed();
  const certificates = optional.length ? optional[0].expect(CERTIFICATES).children().map((item) => item.expect(TAG.sequence).encoded) : [];
  const written = certificates.map(hex);
  const signed = signedBy(signer, encapsulated, kind, certificates);
  // Announced before the content, so that it can be hashed while it is read; nothing signs them.
  const announced = digests.expect(TAG.set).children();
  if (!announced.map(digestNamed).includes(signed.digest)) throw new Malformed();
  const isOrdered = written.join() === [...new Set(written)].sort().join();
  const isNamed = announced.map((element) => hex(element.encoded)).join() === hex(signed.digestIdentifier);
  if (isOurs && !(isOrdered && isNamed && isLowered(signed.algorithm, signed.signature))) throw new Malformed();
  return signed;
});

function signedBy(signer, encapsulated, kind, certificates) {
  const [version, name, digestIdentifier, signed, algorithm, signature, ...unsigned] = signer.sequence();
  const [issuer, serial, ...more] = name.sequence();
  const attributes = attributesOf(signed.expect(SIGNED));
  if (version.integer() !== 1n || more.length || unsigned.length > 1 || unsigned.some((element) => element.tag !== UNSIGNED)) throw new Malformed();
  if (only(attributes.get(CONTENT_TYPE)).oid() !== kind) throw new Malformed();
  return new Signed({
    content: contentOf(encapsulated, kind),
    certificates,
    issuer: issuer.encoded,
    serial: serial.encoded,
    digest: digestNamed(digestIdentifier),
    digestIdentifier: digestIdentifier.encoded,
    attributes,
    unsignedAttributes: unsigned.length ? attributesOf(unsigned[0]) : new Map(),
    // Signed as a SET, written as [0] IMPLICIT (RFC 5652 5.4).
    signedPart: join(Uint8Array.of(TAG.set), signed.encoded.subarray(1)),
    algorithm,
    signature: signature.expect(TAG.octets).content,
  });
}

function contentOf(encapsulated, kind) {
  const [name, ...content] = encapsulated.sequence();
  if (name.oid() !== kind || content.length !== (kind === DATA ? 0 : 1)) throw new Malformed();
  return content.length ? content[0].explicit(0).expect(TAG.octets).content : null;
}

function attributesOf(encoded) {
  const found = new Map();
  for (const attribute of encoded.children()) {
    const [kind, values, ...more] = attribute.sequence();
    if (more.length || found.has(kind.oid())) throw new Malformed();
    found.set(kind.oid(), values.expect(TAG.set).children());
  }
  return found;
}
