// Bytes, and their usual writings.
export class Malformed extends Error {}

/** What is wrong with a piece: `code` is the second half of a key of messages.json. */
export class Flaw extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

export const equal = (a, b) => a.length === b.length && a.every((octet, index) => octet === b[index]);

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

export const hex = (bytes) => Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("");

export function fromHex(text) {
  if (typeof text !== "string" || text.length % 2 || !/^[0-9A-Fa-f]*$/.test(text)) throw new Malformed();
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** One character for each byte: what regular expressions need. */
export function binary(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return text;
}

export const fromBinary = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Strict: no space, and no unused bit set. */
export function fromBase64(text) {
  let decoded;
  try {
    decoded = atob(text);
  } catch {
    throw new Malformed();
  }
  if (btoa(decoded) !== text) throw new Malformed();
  return fromBinary(decoded);
}

export const base64 = (bytes) => btoa(binary(bytes));

export function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed();
  }
}

/** `name`: sha1, sha256, sha384 or sha512. */
export async function digest(name, bytes) {
  return new Uint8Array(await crypto.subtle.digest(name.replace("sha", "SHA-"), bytes));
}

/** The digest of one content by any SHA-2. */
export const digestOf = (bytes) => (name) => digest(name, bytes);

/** Any fault of reading becomes a Malformed, as the reader of a structure of another shape fails anywhere. */
export async function strictly(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Flaw) throw error;
    throw new Malformed(String(error));
  }
}
