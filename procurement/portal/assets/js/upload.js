// <form data-upload data-upload-url="…">: sends each chosen file on its own, then shows the server's new list.
// Without this script the same form posts everything at once.
import { ConnectionLost, Refused, transfer } from "./lib/transfer.js";
import { UploadBoard } from "./lib/upload_board.js";

const plural = (count, word) => `${count} ${word}${count > 1 ? "s" : ""}`;

/** Other answers of the form (a lot, an envelope) go with each file, in the address. */
function uploadUrl(form, input) {
  const url = new URL(input.dataset.uploadUrl || form.dataset.uploadUrl, location.href);
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken") url.searchParams.append(name, value);
  }
  return url.href;
}

function chosenFiles(form) {
  const inputs = [...form.querySelectorAll("input[type='file']")];
  return inputs.flatMap((input) => [...input.files].map((file) => ({ file, url: uploadUrl(form, input) })));
}

async function refreshList(form) {
  const selector = form.dataset.uploadList;
  const old = selector && document.querySelector(selector);
  if (!old) {
    location.reload();
    return;
  }
  const answer = await fetch(form.dataset.uploadRefresh || location.href, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(selector) ?? page.body.firstElementChild;
  if (answer.ok && fresh) old.replaceWith(fresh);
}

class Upload {
  constructor(form, items) {
    this.form = form;
    this.waiting = items;
    this.count = items.length;
    this.arrived = 0;
    this.board = new UploadBoard(form, { files: items.map((item) => item.file), onPause: () => this.pause(), onResume: () => this.run() });
    this.running = false;
    this.guard = (event) => event.preventDefault();
  }

  pause() {
    this.controller.abort(new DOMException("pause", "AbortError"));
  }

  async run() {
    this.running = true;
    this.controller = new AbortController();
    this.board.start();
    addEventListener("beforeunload", this.guard);
    const left = [];
    for (const item of this.waiting) {
      if (!(await this.sendOne(item))) left.push(item);
    }
    removeEventListener("beforeunload", this.guard);
    this.waiting = left.filter((item) => !item.refused);
    await this.finish(left);
    this.running = false;
  }

  /** True once the file has arrived. After a stop the files that follow wait too. */
  async sendOne(item) {
    const { file, url } = item;
    if (this.controller.signal.aborted) return false;
    const max = Number(this.form.dataset.uploadMax) || Infinity;
    try {
      if (file.size > max) throw new Refused("ce fichier dépasse la taille autorisée. Il n'a pas été envoyé.");
      if (file.size === 0) throw new Refused("ce fichier est vide. Il n'a pas été envoyé.");
      await transfer(file, {
        url,
        token: this.form.querySelector("[name='csrfmiddlewaretoken']")?.value ?? "",
        signal: this.controller.signal,
        onProgress: (bytes) => this.board.sent(file, bytes),
        onRetry: (seconds) => this.board.retry(file, seconds),
      });
    } catch (error) {
      if (error instanceof Refused) {
        item.refused = true;
        this.board.refused(file, error.message);
      } else {
        this.board.sent(file, 0);
        if (error instanceof ConnectionLost) this.controller.abort(error);
      }
      return false;
    }
    this.arrived += 1;
    this.board.arrived(file);
    return true;
  }

  /** « 14 fichiers sur 15 sont arrivés » */
  arrivedWords() {
    if (!this.arrived) return "aucun fichier n'est arrivé";
    return `${plural(this.arrived, "fichier")} sur ${this.count} ${this.arrived > 1 ? "sont arrivés" : "est arrivé"}`;
  }

  async finish(left) {
    const words = this.arrivedWords();
    if (this.arrived) await refreshList(this.form).catch(() => undefined);
    if (this.waiting.length) {
      this.board.stop(`Envoi interrompu. Rien n'a été perdu : ${words}. Vous pouvez reprendre.`, { resumable: true });
    } else if (left.length) {
      this.board.stop(`Envoi terminé : ${words}. Corrigez ou remplacez les fichiers refusés.`, { resumable: false });
    } else {
      this.board.stop(`Envoi terminé : ${words}.`, { resumable: false });
    }
    if (!this.waiting.length) this.form.dispatchEvent(new CustomEvent("upload:end", { bubbles: true, detail: { refused: left.length } }));
  }
}

function setUp(form) {
  let upload = null;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    const items = chosenFiles(form);
    if (!items.length && !upload?.running) return;
    event.preventDefault();
    if (upload?.running) return;
    upload?.board.root.remove();
    upload = new Upload(form, items);
    // The File objects stay with us: an emptied input is ready for the next choice.
    for (const input of form.querySelectorAll("input[type='file']")) input.value = "";
    upload.run();
  });
}

document.querySelectorAll("form[data-upload]").forEach(setUp);
