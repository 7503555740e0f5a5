// The PDF view: sealed, then time-stamped as a whole (PAdES-B-LTA, EN 319 142-1); faults as in signing/folder/pdf.py.
import { binary, digestOf, equal, Flaw, fromHex, hex, Malformed } from "./bytes.js";
import { readPadded } from "./elements.js";
import { checkAppended, readDocument } from "./pdf_revisions.js";
import { Name, Reference, same } from "./pdf_values.js";
import { proveSeal, proveStamp } from "./proved.js";

export const MAX_BYTES = 64 * 1024 * 1024;
const PROOFS = new Set(["DSS", "Extensions"]);
const LISTS = new Set(["Annots", "Fields"]);
const FIELD = new Set(["FT", "T", "Type", "Subtype", "F", "Rect", "P", "TU", "V"]);
const SEAL = "Sig ETSI.CAdES.detached";
const STAMP = "DocTimeStamp ETSI.RFC3161";
const MAX_SIGNATURES = 100;

/** The seal; `beside`: name -> bytes of the files that must be enclosed. */
export async function provePdf(data, authority, beside) {
  try {
    const document = readDocument(binary(data));
    const signatures = signaturesOf(document);
    const seal = await proveAll(signatures, data, authority);
    checkAdditions(document, signatures[0].end);
    await checkEnclosed(document, beside);
    return seal;
  } catch (error) {
    throw error instanceof Flaw ? error : new Flaw("malformed");
  }
}

// --- Signatures -------------------------------------------------------------------------------------------------
function signaturesOf(document) {
  const fields = document.resolve(document.dictionary(document.catalogue.get("AcroForm")).get("Fields"));
  if (!Array.isArray(fields) || fields.length < 2 || fields.length > MAX_SIGNATURES) throw new Flaw("unsealed");
  const found = fields.map((field) => signatureOf(document, document.dictionary(field)));
  if (found.some(({ kind }, index) => kind !== (index === 0 ? SEAL : STAMP))) throw new Flaw("unsealed");
  const ends = found.map(({ end }) => end);
  const revisions = new Set(document.revisions.map(({ end }) => end));
  const isGrowing = ends.every((end, index) => index === 0 || end > ends[index - 1]);
  if (!isGrowing || !ends.every((end) => revisions.has(end)) || ends[ends.length - 1] !== document.text.length) throw new Flaw("coverage");
  return found;
}

function signatureOf(document, field) {
  if (!field.has("V")) throw new Flaw("appended");
  const value = document.dictionary(field.get("V"));
  const [start, end] = value.spans.get("Contents") ?? [0, 0];
  const covered = value.get("ByteRange");
  if (!Array.isArray(covered) || covered.length !== 4 || !same(covered.slice(0, 3), [0, start, end])) throw new Flaw("coverage");
  const last = covered[3];
  if (!Number.isInteger(last) || last < 0 || end + last > document.text.length) throw new Flaw("coverage");
  const kind = `${nameOf(value.get("Type"))} ${nameOf(value.get("SubFilter"))}`;
  return { kind, token: tokenOf(document.text.slice(start, end)), start, after: end, end: end + last };
}

const nameOf = (value) => (value instanceof Name ? value.text : "");

/** The token, whose hexadecimal digits are all of one case and followed by zeros alone. */
function tokenOf(digits) {
  try {
    const inner = digits.slice(1, -1);
    const padded = fromHex(inner);
    const { encoded } = readPadded(padded);
    const written = hex(encoded) + "00".repeat(padded.length - encoded.length);
    if (!digits.startsWith("<") || !digits.endsWith(">") || ![written, written.toUpperCase()].includes(inner)) throw new Malformed();
    return encoded;
  } catch {
    throw new Flaw("padding");
  }
}

/** The last first: it covers the others, and its digest explains every change. */
async function proveAll(signatures, data, authority) {
  for (const [number, signature] of signatures.slice().reverse().entries()) {
    const covered = await new Blob([data.subarray(0, signature.start), data.subarray(signature.after, signature.end)]).arrayBuffer();
    const proved = await proveOne(signature, authority);
    if (!(await proved.isOf(digestOf(new Uint8Array(covered))))) throw new Flaw(number === 0 ? "altered" : "content");
    if (proved.isSeal) return proved;
  }
  throw new Flaw("unsealed");
}

async function proveOne({ kind, token }, authority) {
  if (kind === SEAL) return proveSeal(token, authority);
  try {
    return await proveStamp(token, authority);
  } catch {
    throw new Flaw("stamp");
  }
}

// --- What came after the seal -----------------------------------------------------------------------------------
function checkAdditions(document, sealedEnd) {
  const sealed = readDocument(document.text.slice(0, sealedEnd));
  checkAppended(document, sealedEnd);
  const [before, after] = [sealed.revisions[0].trailer, document.revisions[0].trailer];
  if (["Root", "Info"].some((key) => !same(before.get(key), after.get(key)))) throw new Flaw("appended");
  for (const [number, offset] of sealed.offsets) {
    if (document.offsets.get(number) !== offset) checkChange(sealed, document, new Reference(number));
  }
}

function checkChange(sealed, document, reference) {
  const [before, after] = [sealed.dictionary(reference), document.dictionary(reference)];
  const grown = [...new Set([...before.keys(), ...after.keys()])].filter((key) => !same(before.get(key), after.get(key)));
  const isCatalogue = same(sealed.revisions[0].trailer.get("Root"), reference);
  if (isCatalogue && grown.every((key) => PROOFS.has(key))) return;
  if (!grown.every((key) => LISTS.has(key)) || document.at(reference).stream !== null) throw new Flaw("appended");
  for (const key of grown) checkFields(document, before.get(key), after.get(key), sealed.offsets);
}

/** A list of fields grew at its end, by fields that show nothing and do nothing. */
function checkFields(document, before, after, known) {
  if (!Array.isArray(before) || !Array.isArray(after) || !same(after.slice(0, before.length), before)) throw new Flaw("appended");
  for (const reference of after.slice(before.length)) {
    const field = document.dictionary(reference);
    const corners = field.get("Rect");
    const showsNothing = Array.isArray(corners) && corners.length === 4 && new Set(corners).size === 1;
    const saysNoMore = [...field.keys()].every((key) => FIELD.has(key));
    if (known.has(reference.number) || !saysNoMore || !showsNothing) throw new Flaw("appended");
    if (nameOf(field.get("Subtype")) !== "Widget" || nameOf(field.get("FT")) !== "Sig") throw new Flaw("appended");
  }
}

// --- Enclosed files ---------------------------------------------------------------------------------------------
async function checkEnclosed(document, beside) {
  const enclosed = await document.enclosed();
  for (const [name, content] of beside) {
    if (!enclosed.has(name)) throw new Flaw("not_enclosed", { name });
    if (!equal(enclosed.get(name), content)) throw new Flaw("enclosed", { name });
  }
}
