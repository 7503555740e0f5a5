// The reader's choice of theme, set before the first paint. Kept in this browser's storage: nothing is sent, no cookie.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.bsTheme = chosen;
} catch {
  // Storage may be refused: the system's theme stays.
}
