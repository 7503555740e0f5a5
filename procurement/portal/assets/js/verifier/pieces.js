// Which file of a folder is what, as signing/folder/pieces.py.
import { Flaw } from "./bytes.js";
import * as certificates from "./certificates.js";
import { readBounded } from "./contents.js";
import * as facts from "./facts.js";
import * as pdf from "./pdf.js";

export const [AUTHORITY, CHECKPOINT, KEY, EXPLANATION] = ["ca.pem", "checkpoint.txt", "register-key.txt", "COMMENT-VERIFIER.txt"];
/** What the platform calls its documents; a company may have sealed files of its own beside. */
const KNOWN = new Set(["receipt", "minutes", "delivery", "publication"]);
const MAX_TOKEN_BYTES = 1024 * 1024;
export const MAX_NOTE_BYTES = 64 * 1024;
/** A line of commands for each file of a bid, and bids have thousands. */
const MAX_GUIDE_BYTES = 8 * 1024 * 1024;

/** {base, document, seal, time, externalTime, pdf, contents: name -> bytes, ownFiles} */
export async function sortPieces(given) {
  const base = baseOf(given.map(({ name }) => name));
  const names = { document: `${base}.json`, seal: `${base}.json.p7s`, time: `${base}.json.tsr`, externalTime: `${base}.json.external.tsr`, pdf: `${base}.pdf` };
  const limits = new Map([
    [names.document, facts.MAX_BYTES],
    ...[names.seal, names.time, names.externalTime].map((name) => [name, MAX_TOKEN_BYTES]),
    [names.pdf, pdf.MAX_BYTES],
    [AUTHORITY, certificates.MAX_BYTES],
    ...[CHECKPOINT, KEY].map((name) => [name, MAX_NOTE_BYTES]),
    [EXPLANATION, MAX_GUIDE_BYTES],
  ]);
  const contents = new Map();
  for (const [name, limit] of limits) {
    const content = given.find((one) => one.name === name);
    if (content) contents.set(name, await readBounded(content, limit));
  }
  const ownFiles = given.filter(({ name }) => !limits.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { base, ...names, contents, ownFiles };
}

export const missingFrom = (pieces) =>
  [pieces.document, pieces.seal, pieces.time, pieces.pdf, AUTHORITY].filter((name) => !pieces.contents.has(name));

/** What the PDF carries too. */
export const enclosedIn = (pieces) =>
  new Map([pieces.document, pieces.seal, pieces.time].filter((name) => pieces.contents.has(name)).map((name) => [name, pieces.contents.get(name)]));

/** The X of the one X.json that has its seal; without any, what is left of one. */
export function baseOf(names) {
  const bases = (ending) => names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
  const sealed = bases(".json.p7s");
  const candidates = [sealed.filter((base) => names.includes(`${base}.json`)), sealed, bases(".json.tsr"), bases(".json")];
  const found = candidates.find((list) => list.length) ?? [];
  if (!found.length) throw new Flaw("no_document");
  const known = found.filter((base) => KNOWN.has(base));
  if (known.length === 1) return known[0];
  if (found.length > 1) throw new Flaw("several", { names: found.sort().map((base) => `${base}.json`).join(", ") });
  return found[0];
}
