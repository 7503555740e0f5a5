// The door: all the checks of a folder of evidence, in the order and with the codes of signing/folder/checks.py.
import { digest, digestOf, hex } from "./bytes.js";
import * as certificates from "./certificates.js";
import { asksExternalTime, digestOfGuide, kindOf, readFacts } from "./facts.js";
import { sayMoment } from "./moment.js";
import { compareFiles } from "./own_files.js";
import { provePdf } from "./pdf.js";
import { AUTHORITY, CHECKPOINT, enclosedIn, EXPLANATION, KEY, missingFrom, sortPieces } from "./pieces.js";
import { proveAnswer, proveOutsideAnswer, proveSeal } from "./proved.js";
import { proveConsistency, proveInclusion, readKey } from "./register.js";
import { report, say, WORDS } from "./report.js";

const FINGERPRINTS = /^(?:[0-9A-F]{64})+$/;
const ENCLOSED = 3;

/**
 * `given`: contents {name, size, chunks()}; `latest`: {name, text} of a state of the register kept elsewhere;
 * `trust`: the fingerprint of the root that the reader expects. Never an exception.
 */
export async function check(given, { latest = null, trust = "", onProgress } = {}) {
  let pieces;
  try {
    pieces = await sortPieces(given);
  } catch (error) {
    return unreadable(error);
  }
  const examination = new Examination(pieces, onProgress);
  const checks = await examination.all(latest, trust);
  const { kind, facts, place, consistentWith, fingerprints } = examination;
  return report(checks, {
    kind,
    received_at: typeof facts?.received_at === "string" ? facts.received_at : null,
    position: place?.position ?? null,
    checkpoint: consistentWith,
    fingerprints,
  });
}

export const unreadable = ({ code, values }) => report([say("complete", code ?? "refused", values)]);

/** Each method makes one check; what it proves, the next ones use. */
class Examination {
  authority = null;
  facts = null;
  kind = null;
  place = null;
  key = null;
  consistentWith = null;
  fingerprints = [];
  #agreements = [];
  #used = new Set();

  constructor(pieces, onProgress) {
    Object.assign(this, { pieces, onProgress });
  }

  async all(latest, trust) {
    const checks = [this.complete(), await this.readAuthority()];
    const [seal, time, view] = [await this.seal(), await this.time(), await this.pdf()];
    // These two are judged with what the seals and the time stamps say.
    if (trust) checks.push(await this.trusted(trust));
    checks.push(this.document(), seal, time, await this.externalTime(), view);
    checks.push(await this.guide(), await this.files());
    checks.push(await this.register(), await this.registerKey(), await this.consistency());
    if (latest) checks.push(await this.consistent("checkpoint", latest.name, latest.text));
    return checks;
  }

  say(check, code, values) {
    const { document, seal, time, pdf, externalTime } = this.pieces;
    const file = { seal, time, pdf, external_time: externalTime, consistency: CHECKPOINT }[check];
    return say(check, code, { document, file, ...values });
  }

  /** The check that `prove` makes, or the flaw that it found. */
  async proved(check, prove) {
    try {
      return await prove();
    } catch (error) {
      return this.say(check, error.code ?? "malformed", error.values);
    }
  }

  content(name) {
    return this.pieces.contents.get(name);
  }

  // --- The pieces -----------------------------------------------------------------------------------------------
  complete() {
    const missing = missingFrom(this.pieces);
    const code = !missing.length ? "ok" : missing.join() === this.pieces.pdf ? "without_pdf" : "missing";
    return this.say("complete", code, { names: missing.join(", ") });
  }

  async readAuthority() {
    const data = this.content(AUTHORITY);
    if (!data) return this.say("authority", "missing");
    let found;
    try {
      found = await certificates.readPem(data);
      this.authority = await certificates.prove(found);
    } catch {
      return this.say("authority", "malformed");
    }
    if (!this.authority) return this.say("authority", "chain");
    this.fingerprints = await Promise.all(this.authority.roots.map((root) => root.fingerprint()));
    return this.say("authority", "ok", { count: found.length, fingerprints: this.fingerprints.join(", ") });
  }

  async trusted(trust) {
    const expected = trust.replace(/[^0-9A-Za-z]/g, "").toUpperCase();
    if (!FINGERPRINTS.test(expected)) return this.say("trust", "unreadable");
    if (!this.authority) return this.say("trust", "no_authority");
    // Of several roots, those that this folder rests on: the others came before or after.
    const used = this.#used.size ? [...this.#used] : [this.authority.roots[0]];
    const known = expected.match(/.{64}/g);
    const fingerprints = await Promise.all(used.map((root) => root.fingerprint()));
    const isSame = fingerprints.every((fingerprint) => known.includes(fingerprint.replaceAll(":", "")));
    return this.say("trust", isSame ? "ok" : "other");
  }

  document() {
    const data = this.content(this.pieces.document);
    if (!data) return this.say("document", "missing");
    try {
      this.facts = readFacts(data);
      this.kind = kindOf(this.facts);
    } catch (error) {
      return this.say("document", error.code ?? "unreadable");
    }
    if (this.#agreements.length && !this.#agreements.includes(true)) return this.say("document", "altered");
    return this.say("document", "ok", { kind: WORDS.kinds[this.kind] });
  }

  async seal() {
    const data = this.content(this.pieces.seal);
    if (!data || !this.authority) return this.say("seal", data ? "no_authority" : "missing");
    return this.proved("seal", async () => {
      const seal = await proveSeal(data, this.authority);
      return this.compared("seal", seal, { signer: seal.signer, moment: sayMoment(seal.moment) });
    });
  }

  async time() {
    const data = this.content(this.pieces.time);
    if (!data || !this.authority) return this.say("time", data ? "no_authority" : "missing");
    return this.proved("time", async () => {
      const stamp = await proveAnswer(data, this.authority);
      return this.compared("time", stamp, { issuer: stamp.issuer, moment: sayMoment(stamp.moment) });
    });
  }

  async compared(check, piece, values) {
    const document = this.content(this.pieces.document);
    if (!document) return this.say(check, "no_document");
    piece.roots.forEach((root) => this.#used.add(root));
    const agrees = await piece.isOf(digestOf(document));
    this.#agreements.push(agrees);
    return this.say(check, agrees ? "ok" : "other_document", values);
  }

  async externalTime() {
    const data = this.content(this.pieces.externalTime);
    const document = this.content(this.pieces.document);
    if (!data) return this.say("external_time", asksExternalTime(this.facts) ? "requested" : "none");
    return this.proved("external_time", async () => {
      const stamp = await proveOutsideAnswer(data);
      if (!document) return this.say("external_time", "no_document");
      const code = (await stamp.isOf(digestOf(document))) ? "ok" : "other_document";
      return this.say("external_time", code, { issuer: stamp.issuer, moment: sayMoment(stamp.moment) });
    });
  }

  async pdf() {
    const data = this.content(this.pieces.pdf);
    if (!data || !this.authority) return this.say("pdf", data ? "no_authority" : "missing");
    return this.proved("pdf", async () => {
      const beside = enclosedIn(this.pieces);
      const seal = await provePdf(data, this.authority, beside);
      seal.roots.forEach((root) => this.#used.add(root));
      const code = beside.size === ENCLOSED ? "ok" : "nothing_beside";
      return this.say("pdf", code, { signer: seal.signer, moment: sayMoment(seal.moment) });
    });
  }

  async files() {
    return this.say("files", ...(await compareFiles(this.pieces, this.facts, this.onProgress)));
  }

  async guide() {
    const [data, stated] = [this.content(EXPLANATION), digestOfGuide(this.facts)];
    if (!data || stated === null) return this.say("guide", data ? "unstated" : "missing");
    return this.say("guide", hex(await digest("sha256", data)) === stated ? "ok" : "altered");
  }

  // --- The register ---------------------------------------------------------------------------------------------
  async register() {
    if (!this.facts) return this.say("register", "no_document");
    return this.proved("register", async () => {
      this.place = await proveInclusion(this.facts);
      return this.say("register", "ok", this.place);
    });
  }

  async registerKey() {
    const data = this.content(KEY);
    if (!data) return this.say("register_key", "missing");
    return this.proved("register_key", async () => {
      const key = await readKey(data);
      if (this.place && key.name !== this.place.log) return this.say("register_key", "other_register");
      if (this.place && key.text !== this.place.key) return this.say("register_key", "other_key");
      this.key = key;
      return this.say("register_key", "ok", { key: key.text });
    });
  }

  async consistency() {
    const data = this.content(CHECKPOINT);
    if (!data) return this.say("consistency", "missing", { old: this.place?.size ?? "…" });
    return this.consistent("consistency", CHECKPOINT, data);
  }

  async consistent(check, file, data) {
    if (!this.key || !this.place) return say(check, this.key ? "no_place" : "no_key", { file }, "consistency");
    try {
      const { size } = await proveConsistency(data, this.place, this.key);
      this.consistentWith = Math.max(size, this.consistentWith ?? 0);
      return say(check, "ok", { size }, "consistency");
    } catch (error) {
      return say(check, error.code ?? "malformed", { file, ...error.values }, "consistency");
    }
  }
}
