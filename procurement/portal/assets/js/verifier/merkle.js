// Proofs of the register's Merkle tree: hashing of RFC 6962 2.1, checks of RFC 9162 2.1.3.2 and 2.1.4.2.
import { digest, equal, join } from "./bytes.js";

export const HASH_BYTES = 32;
export const leafHash = (data) => digest("sha256", join(Uint8Array.of(0), data));
const nodeHash = (left, right) => digest("sha256", join(Uint8Array.of(1), left, right));

/** Sizes go beyond 32 bits: halves are taken by division. */
const half = (number) => Math.floor(number / 2);
const isOdd = (number) => number % 2 === 1;

/** Goes up from a right-hand place until it is one, or the first. */
function climb(position, last) {
  while (position && !isOdd(position)) [position, last] = [half(position), half(last)];
  return [position, last];
}

export async function isIncluded({ leaf, index, size, proof, root }) {
  if (index < 0 || index >= size) return false;
  let [position, last, value] = [index, size - 1, leaf];
  for (const beside of proof) {
    if (last === 0) return false;
    if (isOdd(position) || position === last) {
      value = await nodeHash(beside, value);
      [position, last] = climb(position, last);
    } else {
      value = await nodeHash(value, beside);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && equal(value, root);
}

export async function isConsistent({ old, oldRoot, size, root, proof }) {
  if (old === size) return equal(oldRoot, root) && !proof.length;
  if (old <= 0 || old >= size || !proof.length) return false;
  const isWhole = Number.isInteger(Math.log2(old)) && 2 ** Math.log2(old) === old;
  const [first, ...rest] = isWhole ? [oldRoot, ...proof] : proof;
  let [position, last] = [old - 1, size - 1];
  while (isOdd(position)) [position, last] = [half(position), half(last)];
  let [ofOld, ofNew] = [first, first];
  for (const beside of rest) {
    if (last === 0) return false;
    if (isOdd(position) || position === last) {
      [ofOld, ofNew] = [await nodeHash(beside, ofOld), await nodeHash(beside, ofNew)];
      [position, last] = climb(position, last);
    } else {
      ofNew = await nodeHash(ofNew, beside);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && equal(ofOld, oldRoot) && equal(ofNew, root);
}
