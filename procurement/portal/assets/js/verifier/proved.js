// Seals (CAdES-B-T) and time stamps (RFC 3161) proved against the platform's certificates; faults as in signing/folder/proved.py.
import { digest, digestOf, equal, Flaw, hex, Malformed } from "./bytes.js";
import { DATA, readSigned, SIGNATURE_STAMP, TST_INFO } from "./cms.js";
import { read, TAG } from "./elements.js";
import { digestNamed } from "./signatures.js";

const GRANTED = "3003020100";

/** Something proved whose text is, or is not, that of a content. */
class Proved {
  constructor(parts) {
    Object.assign(this, parts);
  }

  async isOf(digestBy) {
    return equal(this.digest, await digestBy(this.digestName));
  }
}

/** `malformed` for every fault that is not said more precisely. */
async function precisely(prove, code = "malformed") {
  try {
    return await prove();
  } catch (error) {
    if (error instanceof Flaw && code === "malformed") throw error;
    throw new Flaw(code);
  }
}

export async function proveSeal(data, authority) {
  const signed = await readStrictly(data, DATA, true);
  const certificate = await ownSigner(signed, authority);
  if (!certificate.isSeal) throw new Flaw("signer");
  const { moment, roots } = await stampOfSignature(signed, authority);
  if (!(await authority.wasValid(certificate, moment))) throw new Flaw("expired");
  return new Proved({
    isSeal: true,
    signer: certificate.name,
    moment,
    digestName: signed.digest,
    digest: signed.statedDigest,
    roots: [...roots, await authority.rootOf(certificate)],
  });
}

async function stampOfSignature(signed, authority) {
  const kinds = [...signed.unsignedAttributes.keys()];
  if (kinds.join() !== SIGNATURE_STAMP) throw new Flaw("malformed");
  const stamp = await precisely(() => {
    const [token, ...more] = signed.unsignedAttributes.get(SIGNATURE_STAMP);
    if (more.length) throw new Malformed();
    return proveStamp(token.encoded, authority);
  }, "stamp");
  if (!(await stamp.isOf(digestOf(signed.signature)))) throw new Flaw("stamp");
  return stamp;
}

export async function proveStamp(token, authority) {
  const signed = await readStrictly(token, TST_INFO, true);
  if (signed.unsignedAttributes.size) throw new Flaw("malformed");
  const certificate = await ownSigner(signed, authority);
  const stamp = await stampOf(signed, certificate);
  if (!(await authority.wasValid(certificate, stamp.moment))) throw new Flaw("expired");
  stamp.roots = [await authority.rootOf(certificate)];
  return stamp;
}

export const proveAnswer = async (tsr, authority) => proveStamp(await grantedToken(tsr, true), authority);

/** Of another authority: signed by the certificate that it carries, which was valid then. */
export async function proveOutsideAnswer(data) {
  const signed = await readStrictly(await grantedToken(data, false), TST_INFO, false);
  const certificate = await signerOf(signed);
  const stamp = await stampOf(signed, certificate);
  if (stamp.moment < certificate.begins || stamp.moment > certificate.ends) throw new Flaw("expired");
  return stamp;
}

const grantedToken = (data, isOurs) => precisely(() => {
  const [status, token, ...more] = read(data).sequence();
  if (more.length || !token) throw new Malformed();
  if (!isOurs && status.tag !== TAG.sequence) return data;
  const isGranted = isOurs ? hex(status.encoded) === GRANTED : [0n, 1n].includes(status.sequence()[0].integer());
  if (!isGranted) throw new Malformed();
  return token.encoded;
});

const readStrictly = (data, kind, isOurs) => precisely(() => readSigned(data, kind, { isOurs }));

async function ownSigner(signed, authority) {
  if (!signed.certificates.every((encoded) => authority.find(encoded))) throw new Flaw("signer");
  return signerOf(signed);
}

const signerOf = (signed) => precisely(async () => {
  const certificate = await signed.signer();
  if (!certificate) throw new Flaw("signer");
  if (!(await signed.isSignedBy(certificate))) throw new Flaw("signature");
  return certificate;
});

const stampOf = (signed, certificate) => precisely(async () => {
  if (!equal(await digest(signed.digest, signed.content), signed.statedDigest)) throw new Flaw("signature");
  const [version, , imprint, , moment] = read(signed.content).sequence();
  const [algorithm, value, ...more] = imprint.sequence();
  if (version.integer() !== 1n || !certificate.isClock) throw new Flaw("signer");
  if (more.length) throw new Malformed();
  return new Proved({
    isSeal: false,
    moment: moment.expect(TAG.time).moment(),
    issuer: certificate.name,
    digestName: digestNamed(algorithm),
    digest: value.expect(TAG.octets).content,
  });
});
