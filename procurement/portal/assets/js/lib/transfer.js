// One file to the server by XHR (fetch tells no progress of what is sent), tried again while the connection fails.

const WAITS = [4, 4, 8, 8, 15, 15, 30, 30, 30, 30];
const STALL = 45_000;
const ANSWER = 600_000;
const SIGNED_OUT = "Votre session a expiré. Les fichiers déjà arrivés sont conservés : reconnectez-vous pour envoyer les autres.";

/** The server's own words where it gave some (RFC 9457), else ours. */
function refusalText(xhr) {
  try {
    const problem = JSON.parse(xhr.responseText);
    if (problem.detail || problem.title) return problem.detail || problem.title;
  } catch {
    // Not JSON: fall through to the words below.
  }
  if (xhr.status === 401 || xhr.status === 403) return SIGNED_OUT;
  if (xhr.status === 413) return "Ce fichier dépasse la taille autorisée. Il n'a pas été conservé ; les autres le sont.";
  return `Le serveur a refusé ce fichier (code ${xhr.status}). Les fichiers déjà arrivés sont conservés.`;
}

export class Refused extends Error {}
export class ConnectionLost extends Error {}

/** A success that is not JSON is the sign-in page, reached by a redirection that XHR follows without a word. */
function arrived(xhr, resolve, reject) {
  try {
    resolve(JSON.parse(xhr.responseText));
  } catch {
    reject(new Refused(SIGNED_OUT));
  }
}

/** One attempt: resolves to the server's JSON; rejects with Refused, ConnectionLost, or AbortError by `signal`. */
function send(file, { url, token, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    let timer;
    const lose = () => {
      xhr.abort();
      reject(new ConnectionLost());
    };
    const watch = (delay) => {
      clearTimeout(timer);
      timer = setTimeout(lose, delay);
    };
    xhr.upload.addEventListener("progress", (event) => {
      watch(event.loaded < event.total ? STALL : ANSWER);
      onProgress(event.loaded);
    });
    xhr.addEventListener("error", lose);
    xhr.addEventListener("loadend", () => clearTimeout(timer));
    xhr.addEventListener("load", () => {
      if (xhr.status >= 200 && xhr.status < 300) arrived(xhr, resolve, reject);
      else if ([502, 503, 504, 429].includes(xhr.status)) reject(new ConnectionLost());
      else reject(new Refused(refusalText(xhr)));
    });
    signal.addEventListener("abort", () => {
      xhr.abort();
      reject(signal.reason);
    });
    xhr.open("POST", url);
    xhr.setRequestHeader("Content-Type", "application/octet-stream");
    xhr.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    xhr.setRequestHeader("X-CSRFToken", token);
    xhr.setRequestHeader("Accept", "application/json, application/problem+json");
    watch(STALL);
    xhr.send(file);
  });
}

/** Wait `seconds`, or less when the browser finds the network again. */
function pause(seconds, signal, onSecond) {
  return new Promise((resolve, reject) => {
    let left = seconds;
    const stop = (then) => {
      clearInterval(clock);
      removeEventListener("online", now);
      then();
    };
    const now = () => stop(resolve);
    const clock = setInterval(() => {
      left -= 1;
      if (left > 0) onSecond(left);
      else now();
    }, 1000);
    onSecond(left);
    addEventListener("online", now);
    signal.addEventListener("abort", () => stop(() => reject(signal.reason)));
  });
}

/** Send `file` until it has arrived. `options`: url, token, signal, onProgress(bytes), onRetry(seconds left, attempt). */
export async function transfer(file, options) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await send(file, options);
    } catch (error) {
      if (!(error instanceof ConnectionLost) || attempt >= WAITS.length) throw error;
      options.onProgress(0);
      await pause(WAITS[attempt], options.signal, (left) => options.onRetry(left, attempt + 1));
    }
  }
}
