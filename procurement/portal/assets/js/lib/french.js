// The same words and spaces as procurement/portal/templatetags/french.py.
const NBSP = "\u00a0";
const UNITS = ["octets", "ko", "Mo", "Go", "To"];

const plural = (count, word) => `${count}${NBSP}${word}${count > 1 ? "s" : ""}`;

/** « 12,4 Mo » */
export function fileSize(bytes) {
  let amount = bytes;
  let unit = 0;
  while (amount >= (unit === 0 ? 1000 : 999.95) && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  if (unit === 0) return plural(bytes, "octet");
  return amount.toFixed(1).replace(".", ",").replace(/,0$/, "") + NBSP + UNITS[unit];
}

/** « 2 jours 3 h », « 4 min 10 s »: the `parts` largest units of a number of seconds. */
export function duration(seconds, parts = 2) {
  let rest = Math.max(0, Math.round(seconds));
  const words = [];
  for (const [size, word] of [[86400, "jour"], [3600, "h"], [60, "min"], [1, "s"]]) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || words.length) words.push(word === "jour" ? plural(count, word) : `${count}${NBSP}${word}`);
  }
  return words.slice(0, parts).join(" ") || `0${NBSP}s`;
}

/** A polite live region, out of sight, placed after `element`. */
export function announcer(element) {
  const region = document.createElement("span");
  region.className = "visually-hidden";
  region.setAttribute("role", "status");
  element.after(region);
  return (text) => {
    region.textContent = text;
  };
}
