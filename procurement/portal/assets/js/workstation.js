// The test of the reader's own workstation (annexe 7, P7-S3). Nothing is installed; nothing of it is kept.
import { duration } from "./lib/french.js";

const TONES = { ok: "success", warn: "warning", bad: "danger" };

function show(root, name, tone, text) {
  const line = root.querySelector(`[data-check="${name}"]`);
  const badge = line.querySelector("[data-result]");
  badge.className = `badge text-bg-${TONES[tone]}`;
  badge.replaceChildren(root.querySelector(`template[data-icon="${tone}"]`).content.cloneNode(true), ` ${text}`);
  line.hidden = false;
  return tone;
}

async function checkFile(root) {
  if (!globalThis.crypto?.subtle) return show(root, "file", "warn", "Empreinte non calculable ici ; le serveur la calcule");
  const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  const file = new File(["abc"], "essai.txt");
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex === known ? show(root, "file", "ok", "Possible") : show(root, "file", "bad", "Résultat faux : changez de navigateur");
}

/** One round trip gives both the server's time and the delay. */
async function checkServer(root) {
  const before = performance.now();
  let answer;
  try {
    answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
  } catch {
    show(root, "clock", "warn", "Non comparée");
    return show(root, "speed", "bad", "Le serveur ne répond pas");
  }
  const delay = performance.now() - before;
  const gap = (Date.now() - delay / 2 - Date.parse(answer.headers.get("Date"))) / 1000;
  // The header counts whole seconds.
  if (Number.isNaN(gap)) show(root, "clock", "warn", "Non comparée");
  else if (Math.abs(gap) < 3) show(root, "clock", "ok", "Juste");
  else show(root, "clock", "warn", `${gap > 0 ? "Avance" : "Retard"} de ${duration(Math.abs(gap))} ; fiez-vous à l'heure du serveur`);
  return delay < 1500 ? show(root, "speed", "ok", `Réponse en ${Math.round(delay)} ms`) : show(root, "speed", "warn", `Lente : réponse en ${duration(delay / 1000)}`);
}

async function run(root) {
  show(root, "script", "ok", "Actif");
  const found = await Promise.all([checkFile(root), checkServer(root)]);
  if (globalThis.PublicKeyCredential) show(root, "passkey", "ok", "Possibles");
  else show(root, "passkey", "warn", "Non prises en charge ; le mot de passe suffit");
  root.querySelector("[data-workstation-summary]").textContent = found.includes("bad")
    ? "Ce poste ne convient pas encore : voyez ci-dessus ce qui manque."
    : "Ce poste permet de déposer un pli.";
}

document.querySelectorAll("[data-workstation]").forEach(run);
