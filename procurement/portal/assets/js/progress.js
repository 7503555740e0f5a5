// <section data-poll="/url" data-poll-every="1000">: replaced by what the server answers until it has no data-poll.

const LONGEST_WAIT = 15_000;

async function fetchFragment(url) {
  const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function find(page, section) {
  return (section.id && page.getElementById(section.id)) || page.querySelector("[data-poll]") || page.body.firstElementChild;
}

function announceEnd(section) {
  const region = document.createElement("p");
  region.className = "visually-hidden";
  region.setAttribute("role", "status");
  section.before(region);
  setTimeout(() => (region.textContent = section.dataset.pollDone || "Le traitement est terminé."), 100);
}

async function poll(section, failures = 0) {
  const every = Number(section.dataset.pollEvery) || 1000;
  await new Promise((done) => setTimeout(done, Math.min(every * 2 ** failures, LONGEST_WAIT)));
  if (document.hidden) return poll(section, failures);
  let fresh;
  try {
    fresh = find(await fetchFragment(section.dataset.poll), section);
  } catch {
    return poll(section, failures + 1);
  }
  if (!fresh) return undefined;
  section.replaceWith(fresh);
  if (fresh.dataset.poll) return poll(fresh);
  return announceEnd(fresh);
}

document.querySelectorAll("[data-poll]").forEach((section) => poll(section));
