// The depositor's own files, compared with those that the document names, as signing/folder/own_files.py.
import { hex } from "./bytes.js";
import { documentsOf } from "./facts.js";
import { Sha256 } from "./sha256.js";

/** [code, values]; `onProgress(name, done, size)` while a file is read. */
export async function compareFiles(pieces, facts, onProgress) {
  if (!facts) return ["no_document", {}];
  const named = documentsOf(facts);
  if (!named.length && !pieces.ownFiles.length) return ["nothing_named", {}];
  const found = new Map();
  for (const file of pieces.ownFiles) {
    try {
      found.set(file.name, await digestOf(file, onProgress));
    } catch {
      return ["damaged", { name: file.name }];
    }
  }
  return judge(named, found);
}

async function digestOf(file, onProgress) {
  const state = new Sha256();
  let done = 0;
  for await (const chunk of file.chunks()) {
    state.update(chunk);
    done += chunk.length;
    onProgress?.(file.name, done, file.size);
  }
  return hex(state.digest());
}

function judge(named, found) {
  const known = new Set(named.flatMap(({ digests }) => digests));
  const others = [...found].filter(([, value]) => !known.has(value)).map(([name]) => name);
  const altered = others.filter((name) => named.some((entry) => entry.name === name));
  if (others.length) return [altered.length ? "altered" : "strangers", { names: (altered.length ? altered : others).join(", ") }];
  const values = new Set(found.values());
  const present = named.filter(({ digests }) => digests.some((value) => values.has(value))).length;
  const code = present === 0 ? "none" : present === named.length ? "ok" : "some";
  return [code, { present, count: named.length }];
}
