// Instants as French says them in Paris, as procurement/calendars.py.
const NBSP = "\u00a0";
const DAYS = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];
const MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
const HOUR = 3600 * 1000;
const PARIS = new Intl.DateTimeFormat("en-US", {
  timeZone: "Europe/Paris", hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** Milliseconds that Paris is ahead of UTC. */
function offsetAt(moment) {
  const parts = Object.fromEntries(PARIS.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return shown - Math.floor(moment / 1000) * 1000;
}

/** « lundi 2 mars 2026 à 10 h 00 min 00 s (heure de Paris) »; repeated hours of autumn carry their offset. */
export function sayMoment(moment) {
  const offset = offsetAt(moment);
  const local = new Date(moment + offset);
  const two = (number) => String(number).padStart(2, "0");
  const isRepeated = [HOUR, -HOUR].some((shift) => offsetAt(moment + shift) + shift === offset);
  const label = isRepeated ? `heure de Paris, +${two(offset / HOUR)}00` : "heure de Paris";
  const number = local.getUTCDate() === 1 ? "1er" : String(local.getUTCDate());
  const day = [number, MONTHS[local.getUTCMonth()], local.getUTCFullYear()].join(NBSP);
  const clock = [local.getUTCHours(), "h", two(local.getUTCMinutes()), "min", two(local.getUTCSeconds()), "s"].join(NBSP);
  return `${DAYS[local.getUTCDay()]} ${day} à ${clock} (${label})`;
}
