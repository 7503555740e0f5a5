// The page itself: takes files, shows what the checks say. Nothing leaves it.
import { fileSize } from "../lib/french.js";
import { check, unreadable } from "./checks.js";
import { fromFile, fromZip, isZip, readBounded } from "./contents.js";
import { sayMoment } from "./moment.js";
import { MAX_NOTE_BYTES } from "./pieces.js";
import { WORDS } from "./report.js";

const OPTIONAL = new Set(["external_time", "guide", "files", "register_key", "consistency", "checkpoint"]);
const SHAPES = {
  passed: "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0m3.6 4.7-4.7 5-2.4-2.3-1.1 1.2 3.6 3.5 5.8-6.2z",
  failed: "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0M5.3 4.1 4.1 5.3 6.8 8l-2.7 2.7 1.2 1.2L8 9.2l2.7 2.7 1.2-1.2L9.2 8l2.7-2.7-1.2-1.2L8 6.8z",
  unknown: "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0M4 7.2v1.6h8V7.2z",
};
const ICONS = { valid: "passed", invalid: "failed", incomplete: "unknown" };
const NO_CRYPTOGRAPHY =
  "Ce navigateur ne donne pas à cette page les outils de vérification. Enregistrez la page et ouvrez-la depuis votre disque, ou utilisez un navigateur à jour.";

const element = (id) => document.getElementById(id);
let given = [];
let latest = null;
let run = 0;

function make(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function icon(shape) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[shape]);
  svg.append(path);
  return svg;
}

// --- Taking files -------------------------------------------------------------------------------------------------
/** A ZIP that holds a document of evidence is opened; any other is a file like another. */
async function contentsOf(files) {
  const found = [];
  for (const file of files) {
    const entries = (await isZip(file)) ? await fromZip(file).catch((error) => (files.length === 1 ? Promise.reject(error) : [])) : [];
    const holdsEvidence = entries.some(({ name }) => name.endsWith(".json.p7s"));
    found.push(...(holdsEvidence || (files.length === 1 && !given.length && entries.length) ? entries : [fromFile(file)]));
  }
  return found;
}

async function add(files) {
  if (!files.length) return;
  try {
    const added = await contentsOf([...files]);
    const names = new Set(added.map(({ name }) => name));
    given = [...given.filter(({ name }) => !names.has(name)), ...added];
  } catch (error) {
    show(unreadable(error));
    return;
  }
  await verify();
}

/** Files of what was dropped, those of a folder included. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const nested = await Promise.all(entries.map(filesIn));
  return nested.flat();
}

async function filesIn(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => { entry.file(resolve, reject); })];
  const reader = entry.createReader();
  const found = [];
  for (let batch = await listed(reader); batch.length; batch = await listed(reader)) found.push(...batch);
  return Promise.all(found.filter((one) => one.isFile).map(async (one) => (await filesIn(one))[0]));
}

const listed = (reader) => new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });

async function keepCheckpoint(file) {
  try {
    latest = file ? { name: file.name, text: await readBounded(fromFile(file), MAX_NOTE_BYTES) } : null;
  } catch {
    latest = { name: file.name, text: new Uint8Array() };
  }
  await verify();
}

// --- Checking -----------------------------------------------------------------------------------------------------
async function verify() {
  if (!given.length) return;
  run += 1;
  const current = run;
  listFiles();
  // A verdict on fewer files must not be read as that of these.
  element("result").hidden = true;
  element("announcement").textContent = "Vérification en cours.";
  const report = await check(given, { latest, trust: element("trust").value.trim(), onProgress });
  element("working").hidden = true;
  if (current === run) show(report);
}

function onProgress(name, done, size) {
  element("working").hidden = done >= size;
  element("reading").textContent = name;
  element("progress").value = size ? (100 * done) / size : 100;
}

function listFiles() {
  const rows = given.map(({ name, size }) => make("li", {}, make("span", { textContent: name }), make("span", { textContent: fileSize(size) })));
  element("given").replaceChildren(...rows);
  element("chosen").hidden = !rows.length;
  element("count").textContent = rows.length > 1 ? `${rows.length} fichiers choisis` : "1 fichier choisi";
}

// --- Showing ------------------------------------------------------------------------------------------------------
function show(report) {
  element("banner").className = `banner ${report.verdict}`;
  element("verdict-icon").replaceChildren(icon(ICONS[report.verdict]));
  element("verdict").textContent = report.sentence;
  element("facts").replaceChildren(...facts(report));
  element("checks").replaceChildren(...report.checks.map(row));
  element("result").hidden = false;
  element("result").dataset.verdict = report.verdict;
  element("announcement").textContent = report.sentence;
  element("verdict").scrollIntoView({ block: "nearest" });
  nameUnfolding();
}

/** What the document says, where it is intact; and the authority, which the reader alone can recognise. */
function facts({ checks, kind, received_at: receivedAt, position, fingerprints = [] }) {
  const isIntact = checks.some(({ check: name, outcome }) => name === "document" && outcome === "passed");
  const isKnown = checks.some(({ check: name }) => name === "trust");
  const rows = [
    ["Document", isIntact && kind && capital(WORDS.kinds[kind])],
    ["Reçu le", isIntact && receivedAt && !Number.isNaN(Date.parse(receivedAt)) && sayMoment(Date.parse(receivedAt))],
    ["Registre", position && `ligne ${position}`],
    ["Empreinte de la racine", fingerprints.length && fingerprintsOf(fingerprints, isKnown)],
  ];
  return rows.filter(([, value]) => value).flatMap(([label, value]) => [make("dt", { textContent: label }), make("dd", {}, value)]);
}

function fingerprintsOf(fingerprints, isKnown) {
  const shown = document.createDocumentFragment();
  for (const fingerprint of fingerprints) {
    const pairs = fingerprint.split(":").flatMap((pair, index) => (index ? [":", make("wbr"), pair] : [pair]));
    shown.append(make("code", {}, ...pairs), " ");
  }
  if (!isKnown) shown.append(make("span", { className: "soft", textContent: "À comparer avec celle que publie la plateforme." }));
  return shown;
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function row({ check: name, outcome, message }) {
  const mark = make("span", { className: "mark" }, icon(outcome));
  const title = make("span", { textContent: WORDS.titles[name] });
  const word = make("span", { className: "word", textContent: WORDS.outcomes[outcome] });
  const details = make("details", { open: outcome === "failed" }, make("summary", {}, mark, title, word), make("p", { textContent: message }));
  details.addEventListener("toggle", nameUnfolding);
  const item = make("li", { className: `${outcome}${OPTIONAL.has(name) ? " optional" : ""}` }, details);
  Object.assign(item.dataset, { check: name, outcome });
  return item;
}

const folds = () => [...element("checks").querySelectorAll("details")];
const areUnfolded = () => folds().every(({ open }) => open);

function nameUnfolding() {
  element("unfold").textContent = areUnfolded() ? "Tout replier" : "Tout déplier";
}

function unfold() {
  const open = !areUnfolded();
  for (const details of folds()) details.open = open;
}

function restart() {
  [given, latest] = [[], null];
  run += 1;
  for (const id of ["files", "checkpoint", "trust"]) element(id).value = "";
  element("result").hidden = true;
  element("announcement").textContent = "";
  listFiles();
  element("files").focus();
}

function listen() {
  element("files").addEventListener("change", async ({ target }) => {
    await add(target.files);
    target.value = "";
  });
  element("checkpoint").addEventListener("change", ({ target }) => keepCheckpoint(target.files[0]));
  element("trust").addEventListener("change", verify);
  element("unfold").addEventListener("click", unfold);
  element("restart").addEventListener("click", restart);
  const zone = element("drop");
  addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); });
  addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    await add(await dropped(event.dataTransfer));
  });
}

if (globalThis.crypto?.subtle) {
  element("choice").hidden = false;
  listen();
  // For scripts that check many folders: name -> bytes.
  globalThis.checkEvidence = (files, options) =>
    check(Object.entries(files).map(([name, bytes]) => fromFile(new File([bytes], name))), options);
} else {
  document.querySelector("main").append(make("p", { className: "notice", textContent: NO_CRYPTOGRAPHY }));
}
