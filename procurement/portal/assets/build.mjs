// Builds styles, scripts and the icon sprite into ../static/build: `npm run build`.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.resolve(here, "../../../node_modules");
const out = path.resolve(here, "../static/build");
const target = ["chrome111", "firefox113", "safari16.2"];

async function compileStyles(name) {
  const { css } = sass.compile(path.join(here, name), {
    loadPaths: [modules],
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, target, legalComments: "none" });
  return code.trim();
}

async function buildStyles() {
  const code = await compileStyles("scss/app.scss");
  if (code.includes("url(data:") || code.includes('url("data:')) throw new Error("app.css holds a data: address, which the CSP refuses");
  await writeFile(path.join(out, "app.css"), code);
}

async function buildScripts() {
  const files = (await readdir(path.join(here, "js"))).filter((name) => name.endsWith(".js"));
  const entry = (names) => names.map((name) => path.join(here, "js", name));
  const shared = { bundle: true, minify: true, target, outdir: out, legalComments: "none", charset: "utf8", logLevel: "warning" };
  // theme.js runs before the first paint, so it is a classic script; every other file is a module of its own.
  await esbuild.build({ ...shared, entryPoints: entry(["theme.js"]), format: "iife" });
  await esbuild.build({ ...shared, entryPoints: entry(files.filter((name) => name !== "theme.js")), format: "esm" });
}

async function buildIcons() {
  const names = JSON.parse(await readFile(path.join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(path.join(modules, "bootstrap-icons/icons", `${name}.svg`), "utf8");
      const [, viewBox] = /viewBox="([^"]+)"/.exec(svg);
      const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\n\s*/g, "");
      return `<symbol id="${name}" viewBox="${viewBox}">${shapes}</symbol>`;
    }),
  );
  await writeFile(path.join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

// One file that holds all it needs: it is saved, sent, and opened from a disk.
async function buildVerifier() {
  const folder = path.join(here, "js/verifier");
  const { outputFiles } = await esbuild.build({
    bundle: true, minify: true, target, write: false, legalComments: "none", charset: "utf8", logLevel: "warning",
    format: "iife", entryPoints: [path.join(folder, "page.js")],
  });
  const script = outputFiles[0].text.trim();
  const style = await compileStyles("js/verifier/verifier.scss");
  if (/<\/script|<!--/i.test(script)) throw new Error("the verifier's script would end its element");
  const hash = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const hashes = { script: hash(script), style: hash(style) };
  const parts = { "%SCRIPT%": script, "%STYLE%": style, "%SCRIPT_HASH%": hashes.script, "%STYLE_HASH%": hashes.style };
  const template = await readFile(path.join(folder, "verifier.html"), "utf8");
  await writeFile(path.join(out, "verifier.html"), template.replace(/%[A-Z_]+%/g, (place) => parts[place]));
  await writeFile(path.join(out, "verifier.csp.json"), JSON.stringify(hashes));
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([buildStyles(), buildScripts(), buildIcons(), buildVerifier()]);
for (const name of (await readdir(out)).sort()) {
  const bytes = await readFile(path.join(out, name));
  console.log(`${name.padEnd(18)} ${String(bytes.length).padStart(7)} B ${String(gzipSync(bytes).length).padStart(6)} B gz`);
}
