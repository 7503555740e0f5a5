// What a check says: a code, an outcome and a French sentence, from the table that signing/folder shares.
import WORDS from "../../../../../signing/folder/messages.json";

export { WORDS };
const ESSENTIAL = ["complete", "authority", "document", "seal", "time", "pdf", "register"];

/** {check, outcome, message}; `topic`: whose words are used, where two checks share them. */
export function say(check, code, values = {}, topic = check) {
  const [outcome, sentence] = WORDS.messages[`${topic}.${code}`];
  return { check, outcome, message: sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) };
}

export function report(checks, facts = {}) {
  const outcomes = new Map(checks.map(({ check, outcome }) => [check, outcome]));
  const failed = checks.find(({ outcome }) => outcome === "failed");
  const isWhole = ESSENTIAL.every((check) => outcomes.get(check) === "passed");
  const verdict = failed ? "invalid" : isWhole ? "valid" : "incomplete";
  const sentence = WORDS.verdicts[verdict].replace("{failed}", WORDS.faults[failed?.check] ?? "");
  return { kind: null, received_at: null, position: null, checkpoint: null, ...facts, verdict, sentence, checks };
}
