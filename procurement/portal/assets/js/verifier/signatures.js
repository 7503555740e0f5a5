// One signature against one public key, by WebCrypto: ECDSA, RSA (PKCS#1 v1.5) and RSASSA-PSS, with SHA-2.
import { fromHex, join, Malformed } from "./bytes.js";
import { only, read, TAG } from "./elements.js";

const DIGESTS = { "2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512" };
/** Roots of some authorities still sign themselves so; nothing else may. */
const SHA1_RSA = "1.2.840.113549.1.1.5";
/** Half the order of P-256 (SEC 2, 2.4.2): the greatest second number of a signature that the platform writes. */
const HALF_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n / 2n;
const SCHEMES = {
  "1.2.840.10045.4.3.2": ["ecdsa", "sha256"],
  "1.2.840.10045.4.3.3": ["ecdsa", "sha384"],
  "1.2.840.10045.4.3.4": ["ecdsa", "sha512"],
  "1.2.840.113549.1.1.1": ["rsa", ""],
  [SHA1_RSA]: ["rsa", "sha1"],
  "1.2.840.113549.1.1.11": ["rsa", "sha256"],
  "1.2.840.113549.1.1.12": ["rsa", "sha384"],
  "1.2.840.113549.1.1.13": ["rsa", "sha512"],
};
/** OID of a curve -> its name, and the bytes of a coordinate. */
const CURVES = { "1.2.840.10045.3.1.7": ["P-256", 32], "1.3.132.0.34": ["P-384", 48], "1.3.132.0.35": ["P-521", 66] };
const EC_KEY = "1.2.840.10045.2.1";
const RSA_KEY = "1.2.840.113549.1.1.1";
const [PSS, MGF1] = ["1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"];
const MAX_SALT = 64;
/** AlgorithmIdentifier of rsaEncryption. */
const PLAIN_RSA = fromHex("300d06092a864886f70d0101010500");

export function digestNamed(identifier) {
  const [name, ...parameters] = identifier.sequence();
  const found = DIGESTS[name.oid()];
  const isPlain = !parameters.length || (parameters.length === 1 && parameters[0].tag === TAG.null && !parameters[0].content.length);
  if (!found || !isPlain) throw new Malformed();
  return found;
}

export async function holds(identifier, { digest, key, message, signature }) {
  const { scheme, hash, salt } = methodOf(identifier, digest);
  try {
    const [algorithm, keyBits] = read(key).sequence();
    const [kind, curve] = algorithm.sequence();
    if (scheme === "ecdsa") {
      if (kind.oid() !== EC_KEY) return false;
      const [namedCurve, size] = CURVES[curve.oid()];
      return await verify({ name: "ECDSA", namedCurve }, { hash }, key, raw(numbersOf(signature), size), message);
    }
    if (![RSA_KEY, PSS].includes(kind.oid())) return false;
    if (scheme === "rsa") return await verify({ name: "RSASSA-PKCS1-v1_5", hash }, {}, key, signature, message);
    return await verify({ name: "RSA-PSS", hash }, { saltLength: salt }, plainRsa(keyBits), signature, message);
  } catch {
    return false;
  }
}

/** {scheme, hash, salt}; `digest` is what the signer names beside the algorithm, "" where nothing is. */
function methodOf(identifier, digest) {
  const [name, ...parameters] = identifier.sequence();
  if (name.oid() === PSS) return pss(only(parameters));
  const [scheme, ownDigest] = SCHEMES[name.oid()] ?? [];
  const wanted = scheme === "rsa" ? [TAG.null] : [];
  const named = ownDigest || digest;
  if (!scheme || parameters.map((parameter) => parameter.tag).join() !== wanted.join() || !named) throw new Malformed();
  return { scheme, hash: named.replace("sha", "SHA-") };
}

/** RFC 4055 3.1; its defaults are of SHA-1, hence every member is there. */
function pss(parameters) {
  const [digest, mask, salt, ...more] = parameters.sequence();
  const [generator, ofMask] = mask.explicit(1).sequence();
  const name = digestNamed(digest.explicit(0));
  const size = Number(salt.explicit(2).integer());
  if (more.length || generator.oid() !== MGF1 || digestNamed(ofMask) !== name || size < 0 || size > MAX_SALT) throw new Malformed();
  return { scheme: "pss", hash: name.replace("sha", "SHA-"), salt: size };
}

/** WebCrypto takes RSA keys under their plain name alone. */
function plainRsa(keyBits) {
  const parts = join(PLAIN_RSA, keyBits.encoded);
  return join(Uint8Array.of(0x30, 0x82, parts.length >> 8, parts.length & 0xff), parts);
}

export const isSha1 = (identifier) => identifier.sequence()[0].oid() === SHA1_RSA;

/** Of the two values that ECDSA accepts for one signature, the one that the platform writes. */
export function isLowered(identifier, signature) {
  const [scheme] = SCHEMES[identifier.sequence()[0].oid()] ?? [];
  return scheme !== "ecdsa" || read(signature).sequence().pop().integer() <= HALF_ORDER;
}

async function verify(algorithm, options, key, signature, message) {
  const imported = await crypto.subtle.importKey("spki", key, algorithm, false, ["verify"]);
  return crypto.subtle.verify({ name: algorithm.name, ...options }, imported, signature, message);
}

/** The two numbers of an ECDSA signature, positive and written as DER wants. */
function numbersOf(signature) {
  const numbers = read(signature).sequence();
  if (numbers.length !== 2 || numbers.some((number) => number.integer() <= 0n)) throw new Malformed();
  return numbers;
}

/** As WebCrypto takes them: both numbers at their full length, one after the other. */
function raw(numbers, size) {
  const whole = new Uint8Array(size * 2);
  numbers.forEach(({ content }, index) => {
    const digits = content[0] === 0 ? content.subarray(1) : content;
    whole.set(digits, size * (index + 1) - digits.length);
  });
  return whole;
}
