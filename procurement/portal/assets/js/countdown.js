// <time data-countdown datetime="ISO" data-server-now="ISO">: time left by the server's clock, whatever this computer's says.
import { announcer, duration } from "./lib/french.js";

const THRESHOLDS = [[3600, "Il reste une heure."], [600, "Il reste dix minutes."], [60, "Il reste une minute."], [0, "Le délai est dépassé."]];

const TOLERATED = 3000;

/** Milliseconds to add to this computer's clock. A page kept in a cache carries an old server time: ask again then. */
async function clockOffset(element) {
  const offset = Date.parse(element.dataset.serverNow) - Date.now();
  if (Math.abs(offset) < TOLERATED) return offset;
  try {
    const { headers } = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    // A proxy that answers from its cache says how old the answer is.
    const said = Date.parse(headers.get("Date")) + Number(headers.get("Age") ?? 0) * 1000;
    return Number.isNaN(said) ? offset : said - Date.now();
  } catch {
    return offset;
  }
}

async function start(element) {
  const limit = Date.parse(element.dateTime);
  const offset = await clockOffset(element);
  const announce = announcer(element);
  let before = null;
  const tick = () => {
    const left = Math.ceil((limit - (Date.now() + offset)) / 1000);
    if (left > 0) element.textContent = duration(left, 3);
    else element.textContent = element.dataset.countdownOver || "délai dépassé";
    const crossed = THRESHOLDS.findLast(([seconds]) => before !== null && before > seconds && left <= seconds);
    if (crossed) announce(crossed[1]);
    before = left;
    if (left > 0) setTimeout(tick, 1000 - ((Date.now() + offset) % 1000));
    else element.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
  };
  tick();
}

document.querySelectorAll("time[data-countdown]").forEach(start);
