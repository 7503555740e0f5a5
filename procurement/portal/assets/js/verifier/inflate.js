// Decompression by the browser, never beyond a size announced or allowed.
import { join, Malformed } from "./bytes.js";

/** `format`: deflate (zlib) or deflate-raw (ZIP). */
export async function* inflated(blob, format, limit) {
  const reader = blob.stream().pipeThrough(new DecompressionStream(format)).getReader();
  let total = 0;
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      total += value.length;
      if (total > limit) throw new Malformed();
      yield value;
    }
  } catch {
    throw new Malformed();
  } finally {
    reader.cancel().catch(() => {});
  }
}

export async function inflate(blob, format, limit) {
  const parts = [];
  for await (const part of inflated(blob, format, limit)) parts.push(part);
  return join(...parts);
}
