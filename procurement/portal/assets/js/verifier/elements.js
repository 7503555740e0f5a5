// Strict DER (X.690), as signing/folder/elements.py: one way of writing each value.
import { binary, Malformed } from "./bytes.js";

export const TAG = { boolean: 1, integer: 2, bits: 3, octets: 4, null: 5, oid: 6, utcTime: 0x17, time: 0x18, sequence: 0x30, set: 0x31 };
const MAX_LENGTH_OCTETS = 4;
const MAX_CHILDREN = 1000;

class Element {
  constructor(tag, encoded, content) {
    Object.assign(this, { tag, encoded, content });
  }

  expect(tag) {
    if (this.tag !== tag) throw new Malformed();
    return this;
  }

  children() {
    const found = [];
    let rest = this.content;
    while (rest.length) {
      const element = first(rest);
      found.push(element);
      rest = rest.subarray(element.encoded.length);
      if (found.length > MAX_CHILDREN) throw new Malformed();
    }
    return found;
  }

  sequence() {
    return this.expect(TAG.sequence).children();
  }

  explicit(number) {
    return only(this.expect(0xa0 | number).children());
  }

  oid() {
    const octets = this.expect(TAG.oid).content;
    if (!octets.length || octets[octets.length - 1] & 0x80) throw new Malformed();
    const arcs = [];
    let value = 0;
    for (const octet of octets) {
      if (value === 0 && octet === 0x80) throw new Malformed();
      value = value * 128 + (octet & 0x7f);
      if (!(octet & 0x80)) {
        arcs.push(value);
        value = 0;
      }
    }
    const head = Math.min(Math.floor(arcs[0] / 40), 2);
    return [head, arcs[0] - 40 * head, ...arcs.slice(1)].join(".");
  }

  integer() {
    const { content } = this.expect(TAG.integer);
    const padded = content.length > 1 && ((content[0] === 0 && content[1] < 0x80) || (content[0] === 0xff && content[1] >= 0x80));
    if (!content.length || padded) throw new Malformed();
    return content.reduce((value, octet, index) => value * 256n + BigInt(index === 0 && octet > 0x7f ? octet - 256 : octet), 0n);
  }

  bits() {
    const { content } = this.expect(TAG.bits);
    if (content[0] !== 0) throw new Malformed();
    return content.subarray(1);
  }

  /** Milliseconds since 1970. */
  moment() {
    let text = binary(this.content);
    if (this.tag === TAG.utcTime) text = (text[0] >= "5" ? "19" : "20") + text;
    else this.expect(TAG.time);
    const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,5}[1-9]))?Z$/.exec(text);
    if (!found) throw new Malformed();
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
    const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
    const written = [moment.getUTCMonth() + 1, moment.getUTCDate(), moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()];
    if (written.join() !== [month, day, hour, minute, second].join()) throw new Malformed();
    return moment.getTime() + Number(`0.${found[7] ?? "0"}`) * 1000;
  }
}

/** The one element that `data` is. */
export function read(data) {
  const element = first(data);
  if (element.encoded.length !== data.length) throw new Malformed();
  return element;
}

/** The element that zeros alone follow. */
export function readPadded(data) {
  const element = first(data);
  if (data.subarray(element.encoded.length).some((octet) => octet !== 0)) throw new Malformed();
  return element;
}

export function only(elements) {
  if (elements?.length !== 1) throw new Malformed();
  return elements[0];
}

function first(data) {
  if (data.length < 2 || (data[0] & 0x1f) === 0x1f) throw new Malformed();
  let [, length] = data;
  let start = 2;
  if (length & 0x80) {
    start = 2 + (length & 0x7f);
    const octets = data.subarray(2, start);
    length = octets.reduce((value, octet) => value * 256 + octet, 0);
    if (octets.length < 1 || octets.length > MAX_LENGTH_OCTETS || octets[0] === 0 || length < 0x80) throw new Malformed();
  }
  const end = start + length;
  if (end > data.length) throw new Malformed();
  return new Element(data[0], data.subarray(0, end), data.subarray(start, end));
}
