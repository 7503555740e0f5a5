// Values of PDF (ISO 32000-1 7.3) in a file held as a binary string, as signing/folder/pdf_values.py.
import { fromHex, binary, Malformed } from "./bytes.js";

const SPACE = /(?:[\x00\t\n\f\r ]|%[^\r\n]*)*/y;
const NAME = /\/([^\x00\t\n\f\r ()<>[\]{}/%]*)/y;
const REFERENCE = /([0-9]{1,8}) 0 R(?![A-Za-z0-9])/y;
const NUMBER = /[+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?(?![A-Za-z0-9.])/y;
const WORD = /(true|false|null)(?![A-Za-z0-9])/y;
const HEXADECIMAL = /<([0-9A-Fa-f\t\n\v\f\r ]*)>/y;
const OBJECT = /([0-9]{1,8}) 0 obj\b/y;
const STREAM = /stream\r?\n/y;
const AFTER_STREAM = /\r?\n?endstream[\t\n\v\f\r ]/y;
const AFTER_OBJECT = /endobj\r?\n/y;
const ESCAPED = /\\([0-7]{1,3}|\r\n|[\s\S])/g;
const ESCAPES = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "\n": "", "\r\n": "", "\r": "" };
const WORDS = { true: true, false: false, null: null };
const MAX_DEPTH = 20;

export class Name {
  constructor(text) {
    this.text = text;
  }
}

export class Reference {
  constructor(number) {
    this.number = number;
  }
}

/** Keys without their slash; `spans` says where each value stands in the file. */
export class Dictionary extends Map {
  spans = new Map();
}

export function matchAt(expression, text, position) {
  expression.lastIndex = position;
  return expression.exec(text);
}

const skip = (text, position) => position + matchAt(SPACE, text, position)[0].length;

/** [value, where it ends] */
export function readValue(text, start, depth = 0) {
  if (depth > MAX_DEPTH) throw new Malformed();
  const position = skip(text, start);
  if (text.startsWith("<<", position)) return readDictionary(text, position + 2, depth);
  if (text.startsWith("[", position)) return readArray(text, position + 1, depth);
  if (text.startsWith("(", position)) return readText(text, position);
  return readSimple(text, position);
}

function readSimple(text, start) {
  const reading = [
    [NAME, (found) => new Name(found[1])],
    [REFERENCE, (found) => new Reference(Number(found[1]))],
    [NUMBER, (found) => Number(found[0])],
    [WORD, (found) => WORDS[found[1]]],
    [HEXADECIMAL, (found) => hexadecimal(found[1].replace(/[\t\n\v\f\r ]/g, ""))],
  ];
  for (const [expression, value] of reading) {
    const found = matchAt(expression, text, start);
    if (found) return [value(found), start + found[0].length];
  }
  throw new Malformed();
}

const hexadecimal = (digits) => binary(fromHex(digits.length % 2 ? `${digits}0` : digits));

function readDictionary(text, start, depth) {
  const found = new Dictionary();
  let position = skip(text, start);
  while (!text.startsWith(">>", position)) {
    const [key, after] = readSimple(text, position);
    if (!(key instanceof Name) || found.has(key.text)) throw new Malformed();
    const begins = skip(text, after);
    const [value, end] = readValue(text, begins, depth + 1);
    found.set(key.text, value);
    found.spans.set(key.text, [begins, end]);
    position = skip(text, end);
  }
  return [found, position + 2];
}

function readArray(text, start, depth) {
  const found = [];
  let position = skip(text, start);
  while (!text.startsWith("]", position)) {
    const [value, end] = readValue(text, position, depth + 1);
    found.push(value);
    position = skip(text, end);
  }
  return [found, position + 1];
}

function readText(text, start) {
  let open = 0;
  for (let position = start; position < text.length; ) {
    const character = text[position];
    open += { "(": 1, ")": -1 }[character] ?? 0;
    position += character === "\\" ? 2 : 1;
    if (open === 0) return [text.slice(start + 1, position - 1).replace(ESCAPED, unescaped), position];
  }
  throw new Malformed();
}

const unescaped = (_, text) => (/^[0-7]/.test(text) ? String.fromCharCode(parseInt(text, 8) & 0xff) : (ESCAPES[text] ?? text));

/** {number, value, stream, end}: an indirect object, to the end of its `endobj` line. */
export function readObject(text, start) {
  const head = matchAt(OBJECT, text, start);
  if (!head) throw new Malformed();
  const [value, after] = readValue(text, start + head[0].length);
  let position = skip(text, after);
  let stream = null;
  const opening = matchAt(STREAM, text, position);
  if (opening) [stream, position] = readStream(text, value, position + opening[0].length);
  const tail = matchAt(AFTER_OBJECT, text, position);
  if (!tail) throw new Malformed();
  return { number: Number(head[1]), value, stream, end: position + tail[0].length };
}

function readStream(text, value, start) {
  const length = value instanceof Dictionary ? value.get("Length") : null;
  if (!Number.isInteger(length) || length < 0 || length > text.length - start) throw new Malformed();
  const after = matchAt(AFTER_STREAM, text, start + length);
  if (!after) throw new Malformed();
  return [text.slice(start, start + length), start + length + after[0].length];
}

/** Whether two values are the same, wherever they stand. */
export function same(a, b) {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (a instanceof Dictionary) return b instanceof Dictionary && a.size === b.size && [...a].every(([key, value]) => b.has(key) && same(value, b.get(key)));
  if (a instanceof Name) return b instanceof Name && a.text === b.text;
  if (a instanceof Reference) return b instanceof Reference && a.number === b.number;
  return a === b;
}
