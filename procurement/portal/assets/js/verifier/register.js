// Whether a document is in the register that it names, and whether a later state continues it; faults as in signing/folder/register.py.
import { digest, Flaw, fromHex, hex, Malformed, strictly, utf8 } from "./bytes.js";
import { canonical } from "./facts.js";
import { HASH_BYTES, isConsistent, isIncluded, leafHash } from "./merkle.js";
import { CONSISTENCY_HEAD, readConsistency, readKey as readNoteKey, verify } from "./notes.js";

const MAX_PROOF = 64;

async function orElse(code, read) {
  try {
    return await strictly(read);
  } catch (error) {
    throw error instanceof Flaw ? error : new Flaw(code);
  }
}

/** {log, key, index, size, root, position} */
export async function proveInclusion(facts) {
  const { place, proof, leaf, stated, sequence, proved } = await orElse("malformed", () => read(facts));
  if (stated !== proved) throw new Flaw("facts");
  if (sequence !== String(place.position)) throw new Flaw("position");
  if (!(await isIncluded({ leaf, ...place, proof }))) throw new Flaw("proof");
  return place;
}

async function read(facts) {
  const { register, ...others } = facts;
  const { line } = register;
  if (typeof register.log !== "string" || typeof register.key !== "string" || !Array.isArray(register.proof) || register.proof.length > MAX_PROOF) throw new Malformed();
  if (line.sequence === undefined || line.data.facts_sha256 === undefined) throw new Malformed();
  const index = count(register.index);
  return {
    place: { log: register.log, key: register.key, index, size: count(register.size), root: hash(register.root), position: index + 1 },
    proof: register.proof.map(hash),
    leaf: await leafHash(await canonicalDigest(line)),
    stated: line.data.facts_sha256,
    sequence: line.sequence,
    proved: hex(await canonicalDigest(others)),
  };
}

const canonicalDigest = (value) => digest("sha256", new TextEncoder().encode(canonical(value)));

function count(value) {
  if (!Number.isSafeInteger(value) || value < 0) throw new Malformed();
  return value;
}

function hash(value) {
  const found = fromHex(value);
  if (found.length !== HASH_BYTES || hex(found) !== value) throw new Malformed();
  return found;
}

export const readKey = (data) => orElse("malformed", () => readNoteKey(utf8(data)));

/** The checkpoint {origin, size, root} of a consistency text or of a bare note. */
export async function proveConsistency(data, place, key) {
  const text = await orElse("malformed", () => utf8(data));
  if (text.startsWith(CONSISTENCY_HEAD)) return proveText(text, place, key);
  const checkpoint = await signed(text, place, key);
  const sizes = { size: String(checkpoint.size), old: String(place.size) };
  if (checkpoint.size < place.size) throw new Flaw("older", sizes);
  if (checkpoint.size > place.size) throw new Flaw("no_proof", sizes);
  return compared(checkpoint, place, []);
}

async function proveText(text, place, key) {
  const { old, proof, note } = await orElse("malformed", () => readConsistency(text));
  const checkpoint = await signed(note, place, key);
  if (old !== place.size) throw new Flaw("other_size", { old: String(old), size: String(place.size) });
  return compared(checkpoint, place, proof);
}

async function signed(note, place, key) {
  const checkpoint = await orElse("signature", () => verify(note, key));
  if (checkpoint.origin !== place.log) throw new Flaw("other_register");
  return checkpoint;
}

async function compared(checkpoint, place, proof) {
  const { size, root } = checkpoint;
  if (!(await isConsistent({ old: place.size, oldRoot: place.root, size, root, proof }))) throw new Flaw("broken");
  return checkpoint;
}
