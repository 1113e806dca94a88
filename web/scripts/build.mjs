// Builds the page, the widget and the template of the exported file into src/engineroom/show/static/, with the hashes of
// every source, so that a test without Node can tell whether the bundle is the one these sources make.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(web, "..", "src", "engineroom", "show", "static");
const SOURCES = ["index.html", "package.json", "package-lock.json", "svelte.config.js", "tsconfig.json", "vite.config.ts", "scripts", "src"];
const LIMIT = 300_000;

process.chdir(web);
const common = { configFile: join(web, "vite.config.ts"), logLevel: "warn" };

function outputOf(result) {
  const { output } = Array.isArray(result) ? result[0] : result;
  const text = (end) => {
    const found = output.filter((file) => file.fileName.endsWith(end));
    if (found.length !== 1) throw new Error(`expected one ${end} file, got ${found.map((file) => file.fileName).join(", ") || "none"}`);
    return found[0].type === "chunk" ? found[0].code : found[0].source.toString();
  };
  return { js: text(".js"), css: text(".css") };
}

function settings(input, extra = {}) {
  return {
    ...common,
    build: {
      write: false,
      target: "es2022",
      cssCodeSplit: false,
      modulePreload: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rollupOptions: { input, output: { inlineDynamicImports: true }, ...extra },
    },
  };
}

const page = outputOf(await build(settings(join(web, "src/main.ts"))));
const widget = outputOf(await build(settings(join(web, "src/widget.ts"), { preserveEntrySignatures: "strict" })));

const html = readFileSync(join(web, "index.html"), "utf8");
const SCRIPT = /[ ]*<script type="module".*<\/script>\n/;
const served = html
  .replace(SCRIPT, "")
  .replace("  </head>", '    <link rel="stylesheet" href="page.css" />\n    <script type="module" src="page.js"></script>\n  </head>');
// A file opened without a server cannot load its parts: they stand in it. The export puts its data where the comment is.
const standalone = html
  .replace("  </head>", () => `    <style>\n${page.css}</style>\n  </head>`)
  .replace(SCRIPT, () => `    <!--engineroom-export-->\n    <script type="module">\n${page.js.replaceAll("</script", "<\\/script")}</script>\n`);

const files = { "index.html": served, "page.js": page.js, "page.css": page.css, "widget.js": widget.js, "widget.css": widget.css, "standalone.html": standalone };

mkdirSync(target, { recursive: true });
for (const name of readdirSync(target)) if (!(name in files)) rmSync(join(target, name), { recursive: true });
for (const [name, text] of Object.entries(files)) writeFileSync(join(target, name), text);

const sha = (data) => createHash("sha256").update(data).digest("hex");
const listed = (path) =>
  statSync(path).isDirectory() ? readdirSync(path).sort().flatMap((name) => listed(join(path, name))) : [path];
const sources = SOURCES.flatMap((name) => listed(join(web, name)))
  .map((path) => [relative(web, path).split(sep).join("/"), sha(readFileSync(path))])
  .sort(([a], [b]) => (a < b ? -1 : 1));
const outputs = Object.entries(files).map(([name, text]) => [name, sha(text)]);
writeFileSync(
  join(target, "manifest.json"),
  JSON.stringify({ sources: Object.fromEntries(sources), outputs: Object.fromEntries(outputs.sort()) }, null, 1) + "\n",
);

let sum = 0;
for (const name of ["index.html", "page.js", "page.css"]) {
  const size = gzipSync(files[name], { level: 9 }).length;
  sum += size;
  console.log(`${name.padEnd(12)} ${String(files[name].length).padStart(8)} bytes ${String(size).padStart(8)} gzipped`);
}
console.log(`${"together".padEnd(12)} ${" ".repeat(14)} ${String(sum).padStart(8)} gzipped, of ${LIMIT}`);
if (sum > LIMIT) process.exit(1);
