// On every page: theme switch, menus, single submission, focus of the error summary, tables as cards.

function currentTheme() {
  const chosen = document.documentElement.dataset.bsTheme;
  if (chosen) return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function setUpTheme(button) {
  const show = () => {
    const other = currentTheme() === "dark" ? "light" : "dark";
    button.querySelector("[data-theme-label]").textContent = `Passer au thème ${other === "dark" ? "sombre" : "clair"}`;
    for (const icon of button.querySelectorAll("[data-theme-icon]")) icon.hidden = icon.dataset.themeIcon !== other;
  };
  button.addEventListener("click", () => {
    const other = currentTheme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.bsTheme = other;
    try {
      localStorage.setItem("theme", other);
    } catch {
      // Storage may be refused: the choice then lasts as long as the page.
    }
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  button.hidden = false;
  show();
}

function setUpMenus(menus) {
  const close = (except) => {
    for (const menu of menus) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest("[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = menus.find((menu) => menu.open);
    close();
    open?.querySelector("summary").focus();
  });
}

function setUpOnce(form) {
  let sent = false;
  let button = null;
  let words = null;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    sent = true;
    button = event.submitter ?? form.querySelector("button:not([type='button'])");
    if (!button) return;
    words = [...button.childNodes];
    // After the browser has read the form, or the button's own name and value would be left out.
    setTimeout(() => {
      button.disabled = true;
      button.replaceChildren(form.dataset.once || "Envoi en cours…");
    });
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted || !sent) return;
    sent = false;
    if (!button) return;
    button.disabled = false;
    button.replaceChildren(...words);
  });
}

/** Cells shown as blocks lose their table semantics in some browsers: say them again. */
function setUpTable(table) {
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell", th: "columnheader" };
  for (const element of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
    const name = element.localName;
    element.setAttribute("role", name === "th" && element.scope === "row" ? "rowheader" : roles[name]);
  }
}

document.querySelectorAll("[data-theme-toggle]").forEach(setUpTheme);
setUpMenus([...document.querySelectorAll("[data-menu]")]);
document.querySelectorAll("form[data-once]").forEach(setUpOnce);
document.querySelectorAll(".table-cards").forEach(setUpTable);
document.querySelector("[data-error-summary]")?.focus();
if (matchMedia("(max-width: 991.98px)").matches) {
  for (const filters of document.querySelectorAll("details.filters")) filters.open = false;
}
