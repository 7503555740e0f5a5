// The revisions of a PDF as its own tables list them (ISO 32000-1 7.5.4 to 7.5.6), as signing/folder/pdf_revisions.py.
import { fromBinary, Malformed } from "./bytes.js";
import { inflate } from "./inflate.js";
import { Dictionary, matchAt, Name, readObject, readValue, Reference } from "./pdf_values.js";

const TAIL = /startxref\r?\n([0-9]{1,12})\r?\n%%EOF\r?\n?/g;
const XREF = /xref\r?\n/y;
const SECTION = /([0-9]{1,8}) ([0-9]{1,6})\r?\n/y;
const ENTRY = /([0-9]{10}) [0-9]{5} ([fn])(?: \n| \r|\r\n)/y;
const TRAILER = /trailer[\t\n\v\f\r ]*/y;
const ENTRY_BYTES = 20;
const LAST_BYTES = 64;
const MAX_REVISIONS = 100;
const MAX_ENCLOSED_BYTES = 16 * 1024 * 1024;

export class Document {
  /** `revisions`: the newest first, each {offsets, trailer, start, end}. */
  constructor(text, revisions) {
    Object.assign(this, { text, revisions });
    this.offsets = new Map(revisions.slice().reverse().flatMap((revision) => [...revision.offsets]));
  }

  at(reference) {
    const offset = reference instanceof Reference ? this.offsets.get(reference.number) : undefined;
    if (offset === undefined) throw new Malformed();
    const found = readObject(this.text, offset);
    if (found.number !== reference.number) throw new Malformed();
    return found;
  }

  resolve(value) {
    return value instanceof Reference ? this.at(value).value : value;
  }

  dictionary(value) {
    const found = this.resolve(value);
    if (!(found instanceof Dictionary)) throw new Malformed();
    return found;
  }

  get catalogue() {
    return this.dictionary(this.revisions[0].trailer.get("Root"));
  }

  /** The embedded files (7.11.4), by the name they are listed under. */
  async enclosed() {
    const names = this.dictionary(this.dictionary(this.catalogue.get("Names")).get("EmbeddedFiles"));
    const listed = this.resolve(names.get("Names"));
    if (!Array.isArray(listed) || names.has("Kids") || listed.length % 2) throw new Malformed();
    const found = new Map();
    for (let index = 0; index < listed.length; index += 2) {
      found.set(nameOf(listed[index]), await this.content(this.dictionary(listed[index + 1])));
    }
    return found;
  }

  async content(file) {
    const found = this.at(this.dictionary(file.get("EF")).get("F"));
    if (found.stream === null || found.value.has("DecodeParms")) throw new Malformed();
    const kind = found.value.get("Filter");
    if (kind === undefined) return fromBinary(found.stream);
    if (!(kind instanceof Name) || kind.text !== "FlateDecode") throw new Malformed();
    return inflate(new Blob([fromBinary(found.stream)]), "deflate", MAX_ENCLOSED_BYTES);
  }
}

/** The last match between two places. */
function lastTail(text, start, end) {
  const found = [...text.slice(start, end).matchAll(TAIL)].pop();
  return found && { target: Number(found[1]), start: start + found.index, end: start + found.index + found[0].length };
}

export function readDocument(text) {
  const tail = lastTail(text, Math.max(0, text.length - LAST_BYTES), text.length);
  if (!tail || tail.end !== text.length) throw new Malformed();
  const revisions = [];
  let start = tail.target;
  while (revisions.length < MAX_REVISIONS) {
    const revision = readRevision(text, start);
    revisions.push(revision);
    const previous = revision.trailer.get("Prev") ?? null;
    if (previous === null) {
      if (revisions[0].end !== text.length) throw new Malformed();
      return new Document(text, revisions);
    }
    if (!Number.isInteger(previous) || previous < 0 || previous >= start) throw new Malformed();
    start = previous;
  }
  throw new Malformed();
}

/** From `begins` on, the file is revisions made of the objects they list, end to end. */
export function checkAppended(document, begins) {
  let position = begins;
  for (const revision of document.revisions.filter(({ end }) => end > begins).reverse()) {
    for (const [number, offset] of [...revision.offsets].sort((a, b) => a[1] - b[1])) {
      const found = readObject(document.text, offset);
      if (offset !== position || found.number !== number) throw new Malformed();
      position = found.end;
    }
    if (position !== revision.start) throw new Malformed();
    position = revision.end;
  }
  if (position !== document.text.length) throw new Malformed();
}

function readRevision(text, start) {
  const head = matchAt(XREF, text, start);
  if (!head) throw new Malformed();
  const [offsets, afterTable] = readTable(text, start + head[0].length);
  const opening = matchAt(TRAILER, text, afterTable);
  if (!opening) throw new Malformed();
  const [trailer, after] = readValue(text, afterTable + opening[0].length);
  const [tail] = [...text.slice(after, after + LAST_BYTES).matchAll(TAIL)];
  if (!(trailer instanceof Dictionary) || trailer.has("XRefStm") || !tail) throw new Malformed();
  if (Number(tail[1]) !== start || /[^\t\n\v\f\r ]/.test(text.slice(after, after + tail.index))) throw new Malformed();
  return { offsets, trailer, start, end: after + tail.index + tail[0].length };
}

function readTable(text, start) {
  const offsets = new Map();
  let position = start;
  for (let section = matchAt(SECTION, text, position); section; section = matchAt(SECTION, text, position)) {
    position += section[0].length;
    const first = Number(section[1]);
    for (let number = first; number < first + Number(section[2]); number += 1) {
      const entry = matchAt(ENTRY, text, position);
      if (!entry || offsets.has(number) || (entry[2] === "f" && number !== 0)) throw new Malformed();
      if (entry[2] === "n") offsets.set(number, Number(entry[1]));
      position += ENTRY_BYTES;
    }
  }
  return [offsets, position];
}

function nameOf(value) {
  if (typeof value !== "string") throw new Malformed();
  return value.startsWith("\xfe\xff") ? new TextDecoder("utf-16be").decode(fromBinary(value.slice(2))) : value;
}
