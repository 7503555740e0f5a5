// Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint), as signing/register/notes.py.
import { base64, digest, equal, Flaw, fromBase64, hex, join, Malformed } from "./bytes.js";
import { HASH_BYTES } from "./merkle.js";

const ED25519 = 1;
const KEY_HASH_BYTES = 4;
const MAX_NOTE_LENGTH = 16 * 1024;
const MAX_PROOF = 64;
const CONSISTENCY = "profil-acheteur/consistency/v1";
export const CONSISTENCY_HEAD = "profil-acheteur/consistency/";
const COUNT = /^(?:0|[1-9][0-9]{0,18})$/;
const SIGNATURE = /^\u2014 (\S+) ([0-9A-Za-z+/]+={0,2})$/;
const encode = (text) => new TextEncoder().encode(text);

/** {name, public, keyHash, text} of a verifier key name+hash+base64. */
export async function readKey(text) {
  const [, name, hashed, packed] = /^([^+]*)\+([^+]*)\+([^]*)$/.exec(text.replace(/\n$/, "")) ?? [];
  if (packed === undefined) throw new Malformed();
  const key = fromBase64(packed);
  const keyHash = (await digest("sha256", join(encode(`${name}\n`), key))).subarray(0, KEY_HASH_BYTES);
  if (key[0] !== ED25519 || key.length !== HASH_BYTES + 1 || hex(keyHash) !== hashed) throw new Malformed();
  if (`${name}+${hashed}+${base64(key)}\n` !== text) throw new Malformed();
  return { name, public: key.subarray(1), keyHash, text: text.trimEnd() };
}

/** {old, proof, note} */
export function readConsistency(text) {
  const at = text.indexOf("\n\n");
  const lines = (at < 0 ? text : text.slice(0, at)).split("\n");
  const old = /^old (0|[1-9][0-9]{0,18})$/.exec(lines[1] ?? "");
  if (text.length > MAX_NOTE_LENGTH || lines.length > MAX_PROOF + 2 || lines[0] !== CONSISTENCY || !old || at < 0) throw new Malformed();
  return { old: Number(old[1]), proof: lines.slice(2).map(hash), note: text.slice(at + 2) };
}

/** {origin, size, root} of a note that the key has signed; lines of other signers are left alone. */
export async function verify(note, key) {
  const at = note.lastIndexOf("\n\n");
  if (note.length > MAX_NOTE_LENGTH || !note.endsWith("\n") || at < 0) throw new Malformed();
  const text = note.slice(0, at + 1);
  for (const line of note.slice(at + 2, -1).split("\n")) {
    const found = SIGNATURE.exec(line);
    if (!found) throw new Malformed();
    const packed = fromBase64(found[2]);
    if (found[1] === key.name && equal(packed.subarray(0, KEY_HASH_BYTES), key.keyHash)) {
      if (!(await isSigned(key.public, packed.subarray(KEY_HASH_BYTES), encode(text)))) throw new Malformed();
      return readCheckpoint(text);
    }
  }
  throw new Malformed();
}

/** Flaw `unsupported` where the browser has no Ed25519. */
async function isSigned(key, signature, text) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    throw error.name === "NotSupportedError" ? new Flaw("unsupported") : new Malformed();
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, text);
}

function readCheckpoint(text) {
  const [origin, size, root, ...rest] = text.split("\n");
  if (!origin || !rest.length || !COUNT.test(size)) throw new Malformed();
  return { origin, size: Number(size), root: hash(root) };
}

function hash(text) {
  const value = fromBase64(text);
  if (value.length !== HASH_BYTES) throw new Malformed();
  return value;
}
