// The document of evidence itself: canonical JSON (RFC 8785) of a known format, as signing/folder/facts.py.
import { equal, Flaw, utf8 } from "./bytes.js";

export const MAX_BYTES = 16 * 1024 * 1024;
const FORMATS = {
  "urn:profil-acheteur:deposit-receipt:2": "deposit-receipt",
  "urn:profil-acheteur:opening-minutes:2": "opening-minutes",
  "urn:profil-acheteur:delivery-proof:2": "delivery-proof",
  "urn:profil-acheteur:contract-publication:2": "contract-publication",
};

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** RFC 8785; numbers and strings are written as ECMAScript does. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join()}}`;
}

export function readFacts(data) {
  let facts;
  let written;
  try {
    facts = JSON.parse(utf8(data));
    written = canonical(facts);
    if (/\\ud[89a-f]/.test(written)) throw new Error("half a pair");
  } catch {
    throw new Flaw("unreadable");
  }
  if (!equal(new TextEncoder().encode(written), data)) throw new Flaw("not_canonical");
  if (!isObject(facts)) throw new Flaw("unreadable");
  return facts;
}

export function kindOf(facts) {
  if (!Object.hasOwn(FORMATS, facts.format)) throw new Flaw("unknown_format");
  return FORMATS[facts.format];
}

/** [{name, digests}]: what the document says of the files that went with it. */
export function documentsOf(facts) {
  const listed = Array.isArray(facts.documents) ? facts.documents.filter(isObject) : [];
  return listed.map((entry) => ({
    name: typeof entry.name === "string" ? entry.name : "",
    digests: [entry.sha256, entry.cipher_sha256].filter((value) => typeof value === "string" && value),
  }));
}

/** SHA-256 of COMMENT-VERIFIER.txt, as the document states it; null where it does not. */
export function digestOfGuide(facts) {
  const stated = facts?.evidence?.guide?.sha256;
  return typeof stated === "string" ? stated : null;
}

export const asksExternalTime = (facts) => facts?.evidence?.external_timestamp?.state === "requested";
