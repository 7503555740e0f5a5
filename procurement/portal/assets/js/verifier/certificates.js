// ca.pem: the platform's certificates, the root first (RFC 5280), as signing/folder/certificates.py.
import { base64, binary, digest, equal, fromBase64, hex, Malformed, strictly } from "./bytes.js";
import { read, TAG } from "./elements.js";
import { holds, isSha1 } from "./signatures.js";

export const MAX_BYTES = 256 * 1024;
const MAX_CHAIN = 5;
const COMMON_NAME = "2.5.4.3";
const [KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_USAGE] = ["2.5.29.15", "2.5.29.19", "2.5.29.37"];
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const [DIGITAL_SIGNATURE, CONTENT_COMMITMENT, CERTIFICATE_SIGN] = [0x80, 0x40, 0x04];
const EMPTY_SEQUENCE = Uint8Array.of(0x30, 0);
const [BEGIN, END] = ["-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n"];

class Certificate {
  constructor(parts) {
    Object.assign(this, parts);
  }

  async fingerprint() {
    return hex(await digest("sha256", this.encoded)).toUpperCase().match(/../g).join(":");
  }

  get name() {
    for (const set of read(this.subject).sequence()) {
      for (const attribute of set.expect(TAG.set).children()) {
        const [kind, value] = attribute.sequence();
        if (kind.oid() === COMMON_NAME) return new TextDecoder().decode(value.content);
      }
    }
    return "";
  }

  async isSelfSigned() {
    this.selfSigned ??= equal(this.issuer, this.subject) && (await this.isIssuedBy(this));
    return this.selfSigned;
  }

  get isAuthority() {
    if (!this.may(CERTIFICATE_SIGN)) return false;
    const [flag] = read(this.extension(BASIC_CONSTRAINTS)?.value ?? EMPTY_SEQUENCE).sequence();
    return Boolean(flag) && hex(flag.encoded) === "0101ff";
  }

  get isClock() {
    const usage = this.extension(EXTENDED_USAGE);
    if (!usage?.critical) return false;
    return read(usage.value).sequence().map((item) => item.oid()).join() === TIME_STAMPING;
  }

  get isSeal() {
    return !this.isAuthority && !this.isClock && this.may(DIGITAL_SIGNATURE | CONTENT_COMMITMENT);
  }

  async isIssuedBy(other) {
    if (!equal(this.issuer, other.subject) || !other.isAuthority || (this !== other && isSha1(this.algorithm))) return false;
    const { key } = other;
    return holds(this.algorithm, { digest: "", key, message: this.signedPart, signature: this.signature });
  }

  extension(kind) {
    return this.extensions.get(kind);
  }

  may(usages) {
    const usage = this.extension(KEY_USAGE);
    if (!usage) return Boolean(usages & CERTIFICATE_SIGN);
    const { content } = read(usage.value).expect(TAG.bits);
    return Boolean((content[1] ?? 0) & usages);
  }
}

export class Authority {
  constructor(certificates, roots) {
    Object.assign(this, { certificates, roots });
  }

  find(encoded) {
    return this.certificates.find((certificate) => equal(certificate.encoded, encoded));
  }

  async rootOf(certificate) {
    return (await chainOf(certificate, this.certificates)).pop();
  }

  async wasValid(certificate, moment) {
    const chain = await chainOf(certificate, this.certificates);
    return chain.length > 0 && chain.every((link) => link.begins <= moment && moment <= link.ends);
  }
}

export const readCertificate = (encoded) => strictly(() => {
  const [signedPart, algorithm, signature, ...more] = read(encoded).sequence();
  const [version, serial, innerAlgorithm, issuer, validity, subject, key, ...rest] = signedPart.sequence();
  if (more.length || hex(version.encoded) !== "a003020102" || !equal(innerAlgorithm.encoded, algorithm.encoded)) throw new Malformed();
  const limits = validity.sequence().map((limit) => limit.moment());
  if (limits.length !== 2) throw new Malformed();
  const certificate = new Certificate({
    encoded,
    signedPart: signedPart.encoded,
    serial: serial.encoded,
    issuer: issuer.expect(TAG.sequence).encoded,
    subject: subject.expect(TAG.sequence).encoded,
    begins: limits[0],
    ends: limits[1],
    key: key.encoded,
    algorithm,
    signature: signature.bits(),
    extensions: extensionsOf(rest),
  });
  // All that is asked later must be readable now.
  [certificate.name, certificate.isAuthority, certificate.isClock, certificate.isSeal].forEach(() => {});
  return certificate;
});

function extensionsOf(rest) {
  const found = new Map();
  for (const extension of rest.length ? rest[rest.length - 1].explicit(3).sequence() : []) {
    const parts = extension.sequence();
    const [kind, value] = [parts[0], parts[parts.length - 1]];
    const critical = parts.slice(1, -1);
    if (parts.length < 2 || critical.length > 1 || critical.some((flag) => flag.tag !== TAG.boolean) || found.has(kind.oid())) throw new Malformed();
    found.set(kind.oid(), { critical: critical.length === 1, value: value.expect(TAG.octets).content });
  }
  return found;
}

/** The certificates of a PEM file written exactly as RFC 7468 says, and nothing else in it. */
export async function readPem(data) {
  const text = binary(data);
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n/g)];
  const encoded = blocks.map((block) => fromBase64(block[1].replaceAll("\n", "")));
  if (!encoded.length || data.length > MAX_BYTES || encoded.map(pem).join("") !== text) throw new Malformed();
  return Promise.all(encoded.map(readCertificate));
}

const pem = (encoded) => BEGIN + base64(encoded).replace(/.{1,64}/g, "$&\n") + END;

/** The authority, if the first certificate is a root, none comes twice, and each leads to a root; else null. */
export async function prove(certificates) {
  const distinct = new Set(certificates.map(({ encoded }) => hex(encoded)));
  if (distinct.size !== certificates.length || !(await certificates[0].isSelfSigned())) return null;
  const roots = [];
  for (const certificate of certificates) {
    if (!(await chainOf(certificate, certificates)).length) return null;
    if (await certificate.isSelfSigned()) roots.push(certificate);
  }
  return new Authority(certificates, roots);
}

async function chainOf(certificate, known) {
  const chain = [certificate];
  while (chain.length <= MAX_CHAIN) {
    const last = chain[chain.length - 1];
    if (await last.isSelfSigned()) return chain;
    let issuer = null;
    for (const candidate of known) {
      if (!issuer && !chain.includes(candidate) && (await last.isIssuedBy(candidate))) issuer = candidate;
    }
    if (!issuer) break;
    chain.push(issuer);
  }
  return [];
}
