// What the person sees of an upload: a bar per file, one for all, speed, time left, words for screen readers.
import { duration, fileSize } from "./french.js";

const SPOKEN_EVERY = 10_000;

function make(name, className, text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

function bar(label, max) {
  const progress = make("progress");
  progress.max = max || 1;
  progress.value = 0;
  progress.setAttribute("aria-label", label);
  return progress;
}

export class UploadBoard {
  #rows = new Map();
  #samples = [];
  #spokenAt = 0;

  /** `files`: the File objects to come; `onPause` and `onResume` answer the two buttons. */
  constructor(form, { files, onPause, onResume }) {
    this.total = files.reduce((sum, file) => sum + file.size, 0);
    this.root = make("section", "upload-total");
    this.root.setAttribute("aria-label", "Envoi des fichiers");
    const list = make("ul", "upload-list");
    for (const file of files) list.append(this.#addRow(file));
    this.bar = bar("Ensemble des fichiers", this.total);
    this.line = make("p", "upload-speed", "Envoi en préparation…");
    this.voice = make("p", "visually-hidden");
    this.voice.setAttribute("role", "status");
    this.pauseButton = make("button", "btn btn-outline-secondary", "Interrompre");
    this.resumeButton = make("button", "btn btn-primary", "Reprendre");
    for (const [button, act] of [[this.pauseButton, onPause], [this.resumeButton, onResume]]) {
      button.type = "button";
      button.addEventListener("click", act);
    }
    this.resumeButton.hidden = true;
    const actions = make("div", "actions");
    actions.append(this.pauseButton, this.resumeButton);
    this.root.append(list, this.bar, this.line, this.voice, actions);
    form.after(this.root);
  }

  #addRow(file) {
    const item = make("li");
    const line = make("div", "upload-line");
    const state = make("span", "upload-state", `${fileSize(file.size)}, en attente`);
    line.append(make("span", "upload-name", file.name), state);
    const progress = bar(file.name, file.size);
    item.append(line, progress);
    this.#rows.set(file, { state, progress, sent: 0 });
    return item;
  }

  #sent() {
    return [...this.#rows.values()].reduce((sum, row) => sum + row.sent, 0);
  }

  /** Bytes per second over the last ten seconds. */
  #speed() {
    const now = performance.now();
    this.#samples.push([now, this.#sent()]);
    while (this.#samples.length > 2 && now - this.#samples[0][0] > 10_000) this.#samples.shift();
    const [[from, bytes]] = this.#samples;
    return now - from > 500 ? ((this.#sent() - bytes) / (now - from)) * 1000 : 0;
  }

  sent(file, bytes) {
    const row = this.#rows.get(file);
    row.sent = Math.min(bytes, file.size);
    row.progress.value = row.sent;
    row.state.textContent = row.sent >= file.size ? "envoyé, vérification par le serveur…" : `${fileSize(row.sent)} sur ${fileSize(file.size)}`;
    const speed = this.#speed();
    const sent = this.#sent();
    this.bar.value = sent;
    let text = `${fileSize(sent)} sur ${fileSize(this.total)}`;
    if (speed > 0) text += `, ${fileSize(Math.round(speed))}/s, encore ${duration((this.total - sent) / speed)}`;
    this.line.textContent = text;
    if (performance.now() - this.#spokenAt > SPOKEN_EVERY) this.say(text);
  }

  arrived(file) {
    const row = this.#rows.get(file);
    row.sent = file.size;
    row.progress.value = row.progress.max;
    row.state.textContent = `${fileSize(file.size)}, arrivé`;
    this.bar.value = this.#sent();
  }

  retry(file, seconds) {
    const text = `connexion perdue, nouvel essai dans ${seconds}\u00a0s`;
    this.#rows.get(file).state.textContent = text;
    this.#samples = [];
    this.line.textContent = text[0].toUpperCase() + text.slice(1);
  }

  refused(file, text) {
    const row = this.#rows.get(file);
    row.sent = 0;
    row.progress.value = 0;
    row.state.replaceChildren(make("strong", "text-danger", `Erreur : ${text}`));
  }

  /** The end, or a stop: `text` is shown and spoken; `resumable` offers « Reprendre ». */
  stop(text, { resumable }) {
    this.#samples = [];
    this.line.textContent = text;
    this.say(text);
    const focused = this.root.contains(document.activeElement);
    this.pauseButton.hidden = true;
    this.resumeButton.hidden = !resumable;
    if (resumable && focused) this.resumeButton.focus();
  }

  start() {
    this.resumeButton.hidden = true;
    this.pauseButton.hidden = false;
  }

  say(text) {
    this.#spokenAt = performance.now();
    this.voice.textContent = text;
  }
}
