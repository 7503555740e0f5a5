// Files given one by one or in a ZIP, each {name, size, chunks()}: read as often as needed, never held whole by default.
import { binary, Flaw, join, Malformed, utf8 } from "./bytes.js";
import { inflated } from "./inflate.js";

// The bounds of procurement/files/archives.py.
const MAX_ENTRIES = 10000;
const MAX_RATIO = 200;
const MAX_TOTAL_BYTES = 20 * 1024 ** 3;
const MAX_DIRECTORY_BYTES = 8 * 1024 * 1024;
const CHUNK = 4 * 1024 * 1024;
const LAST_BYTES = 22 + 0xffff;
const [END, END_64, LOCATOR_64, ENTRY, LOCAL] = [0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50];
const SYSTEM_FILES = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);
const [STORED, DEFLATED] = [0, 8];

const CRC = Uint32Array.from({ length: 256 }, (_, octet) => {
  let value = octet;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

async function* slices(blob) {
  for (let start = 0; start < blob.size; start += CHUNK) {
    yield new Uint8Array(await blob.slice(start, start + CHUNK).arrayBuffer());
  }
}

export const fromFile = (file) => ({ name: file.name, size: file.size, chunks: () => slices(file) });

/** The whole content, if it is within the limit. */
export async function readBounded(content, limit) {
  const parts = [];
  let total = 0;
  try {
    for await (const part of content.chunks()) {
      total += part.length;
      if (total > limit) throw new Flaw("too_large", { name: content.name });
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof Flaw ? error : new Flaw("damaged", { name: content.name });
  }
  return join(...parts);
}

export async function isZip(file) {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return binary(head).startsWith("PK\x03\x04") || binary(head) === "PK\x05\x06";
}

/** The contents of a folder of evidence in a ZIP, at its root or under one folder. */
export async function fromZip(file) {
  let entries;
  try {
    entries = (await directory(file)).filter(({ path }) => !path.endsWith("/"));
    await checkEntries(file, entries);
  } catch (error) {
    throw error instanceof Flaw ? error : new Flaw("refused");
  }
  const wanted = entries.map((entry) => ({ ...entry, parts: entry.path.split("/") })).filter(isWanted);
  const folders = new Set(wanted.map(({ parts }) => parts.slice(0, -1).join("/")));
  const kept = folders.size > 1 ? wanted.filter(({ parts }) => parts.length === 1) : wanted;
  return kept.map((entry) => ({ name: entry.parts[entry.parts.length - 1], size: entry.size, chunks: () => chunksOf(file, entry) }));
}

const isWanted = ({ parts }) => !SYSTEM_FILES.has(parts[parts.length - 1]) && !parts.includes("__MACOSX") && parts.length <= 2;

async function viewOf(file, start, length) {
  if (start < 0 || start + length > file.size) throw new Malformed();
  return new DataView(await file.slice(start, start + length).arrayBuffer());
}

/** Where the central directory is (APPNOTE 4.3.16, and 4.3.14 for large archives). */
async function directoryPlace(file) {
  const start = Math.max(0, file.size - LAST_BYTES);
  const view = await viewOf(file, start, file.size - start);
  let at = view.byteLength - 22;
  while (at >= 0 && view.getUint32(at, true) !== END) at -= 1;
  if (at < 0) throw new Flaw("not_zip");
  const place = { count: view.getUint16(at + 10, true), size: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
  if (place.count !== 0xffff && place.size !== 0xffffffff && place.offset !== 0xffffffff) return place;
  if (at < 20 || view.getUint32(at - 20, true) !== LOCATOR_64) return place;
  const large = await viewOf(file, Number(view.getBigUint64(at - 12, true)), 56);
  if (large.getUint32(0, true) !== END_64) throw new Malformed();
  const [count, size, offset] = [32, 40, 48].map((field) => Number(large.getBigUint64(field, true)));
  return { count, size, offset };
}

async function directory(file) {
  const { count, size, offset } = await directoryPlace(file);
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES) throw new Malformed();
  const view = await viewOf(file, offset, size);
  const entries = [];
  for (let at = 0; entries.length < count; ) {
    if (view.getUint32(at, true) !== ENTRY) throw new Malformed();
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    entries.push(entryAt(view, at, name, extra));
    at += 46 + name + extra + comment;
  }
  return entries;
}

function entryAt(view, at, nameLength, extraLength) {
  const raw = new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength);
  const flags = view.getUint16(at + 8, true);
  const sizes = { size: view.getUint32(at + 24, true), packed: view.getUint32(at + 20, true), offset: view.getUint32(at + 42, true) };
  readExtra(view, at + 46 + nameLength, extraLength, sizes);
  return {
    path: (flags & 0x800 ? utf8(raw) : binary(raw)).replaceAll("\\", "/"),
    rawName: binary(raw),
    isEncrypted: Boolean(flags & 1),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    isLink: ((view.getUint32(at + 38, true) >>> 16) & 0xf000) === 0xa000,
    ...sizes,
  };
}

/** The sizes of a large entry are in an extra field, for those that are full elsewhere (4.5.3). */
function readExtra(view, start, length, sizes) {
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    for (const key of ["size", "packed", "offset"]) {
      if (sizes[key] !== 0xffffffff) continue;
      sizes[key] = Number(view.getBigUint64(field, true));
      field += 8;
    }
  }
}

async function checkEntries(file, entries) {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0) || 1;
  if (total > MAX_TOTAL_BYTES || total / packed > MAX_RATIO) throw new Malformed();
  if (new Set(entries.map(({ path }) => path)).size !== entries.length) throw new Malformed();
  const ordered = entries.slice().sort((a, b) => a.offset - b.offset);
  ordered.forEach(({ offset, packed: length }, index) => {
    if (index + 1 < ordered.length && offset + length > ordered[index + 1].offset) throw new Malformed();
  });
  for (const entry of entries) {
    if (entry.path.startsWith("/") || entry.path.split("/").includes("..") || entry.isLink) throw new Malformed();
    entry.start = await dataStart(file, entry);
  }
}

/** After the local header, which names the same file. */
async function dataStart(file, entry) {
  const head = await viewOf(file, entry.offset, 30);
  const [name, extra] = [head.getUint16(26, true), head.getUint16(28, true)];
  const named = await viewOf(file, entry.offset + 30, name);
  if (head.getUint32(0, true) !== LOCAL || binary(new Uint8Array(named.buffer)) !== entry.rawName) throw new Malformed();
  return entry.offset + 30 + name + extra;
}

/** Checked as it is read: its size and its CRC are those announced. */
async function* chunksOf(file, entry) {
  const blob = file.slice(entry.start, entry.start + entry.packed);
  if (entry.isEncrypted || ![STORED, DEFLATED].includes(entry.method)) throw new Malformed();
  let [crc, total] = [0xffffffff, 0];
  for await (const chunk of entry.method === STORED ? slices(blob) : inflated(blob, "deflate-raw", entry.size)) {
    for (const octet of chunk) crc = CRC[(crc ^ octet) & 0xff] ^ (crc >>> 8);
    total += chunk.length;
    yield chunk;
  }
  if (total !== entry.size || (crc ^ 0xffffffff) >>> 0 !== entry.crc) throw new Malformed();
}
