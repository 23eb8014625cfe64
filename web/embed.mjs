// Makes the assembler file and the index that embed the built page: node embed.mjs DIST GENERATED
//
// Every file goes in as it is, and gzip- and brotli-compressed where that makes it smaller. The address of each section
// (src/sections/sections.ts) is the page too, so that a link to it works.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

const [dist, generated] = process.argv.slice(2);
if (!dist || !generated) throw new Error("usage: node embed.mjs DIST GENERATED");

const table = readFileSync(join(import.meta.dirname, "src/sections/sections.ts"), "utf8");
const sections = [...table.matchAll(/^ {4}path: "(\/[a-z-]+)",$/gm)].map(([, path]) => path);

const built = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({ file, path: `/${relative(dist, file).split(sep).join("/")}` }));
const page = built.find(({ path }) => path === "/index.html");
if (!page) throw new Error(`there is no index.html in ${dist}`);

// The server looks names up by the order of their octets.
const files = [...built, ...sections.map((path) => ({ file: page.file, path }))].sort((a, b) =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
);

const blobs = join(generated, "blobs");
rmSync(blobs, { recursive: true, force: true });
mkdirSync(blobs, { recursive: true });

const assembler = ["  .section .rodata", ""];
const rows = [];
const declared = [];

function embed(symbol, octets) {
  const blob = join(blobs, symbol);
  writeFileSync(blob, octets);
  assembler.push(`  .global ${symbol}`, `  .balign 16`, `${symbol}:`, `  .incbin "${blob}"`, "");
  declared.push(`extern const char ${symbol}[];`);
  return `{${symbol}, ${octets.length}}`;
}

files.forEach(({ file, path }, i) => {
  const type = TYPES[extname(file)];
  if (!type) throw new Error(`${path}: embed.mjs does not know the type of such files`);
  const octets = readFileSync(file);
  const gzip = gzipSync(octets, { level: 9 });
  const brotli = brotliCompressSync(octets, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const smaller = (packed, name) => (packed.length < octets.length * 0.95 ? embed(name, packed) : "{}");
  rows.push(`    {.path = ${JSON.stringify(path)},
     .content_type = "${type}",
     .etag = "\\"${createHash("sha256").update(octets).digest("hex").slice(0, 32)}\\"",
     .hashed = ${path.startsWith("/assets/")},
     .identity = ${embed(`weir_web_${i}`, octets)},
     .gzip = ${smaller(gzip, `weir_web_${i}_gzip`)},
     .brotli = ${smaller(brotli, `weir_web_${i}_brotli`)}},`);
});
assembler.push('  .section .note.GNU-stack, "", %progbits', "");

writeFileSync(join(generated, "web_assets.S"), assembler.join("\n"));
writeFileSync(
  join(generated, "web_assets.cc"),
  `// Made by web/embed.mjs.
#include <array>

#include "serve/assets.h"

extern "C" {
${declared.join("\n")}
}

namespace weir::serve {

std::span<const Asset> embedded_assets() {
  static const std::array<Asset, ${rows.length}> kAssets = {{
${rows.join("\n")}
  }};
  return kAssets;
}

}  // namespace weir::serve
`,
);
