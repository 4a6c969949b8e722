// Compiles the AssemblyScript kernels and writes them as a TypeScript module: rooms load no files, so the bytes travel
// as base64. No relaxed SIMD and no fused multiply-add: results are the same on every machine.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "compiler", "kernels", "assembly");
const target = join(root, "compiler", "kernels", "generated");
const options = [
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime", "stub",
  "--enable", "simd,threads",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory", "1",
  "--maximumMemory", "32768",
  "--use", "abort=",
];

const files = readdirSync(source).filter((name) => name.endsWith(".ts")).sort();
const digest = createHash("sha256").update(readFileSync(fileURLToPath(import.meta.url)));
for (const name of files) digest.update(name).update(readFileSync(join(source, name)));
const hash = digest.digest("hex");
const output = join(target, "kernels.ts");

let current = "";
try {
  current = readFileSync(output, "utf8");
} catch {
  // first build
}
if (!current.includes(hash)) {
  let wasm = null;
  const { error, stderr } = await asc.main(["index.ts", ...options, "--outFile", "kernels.wasm"], {
    readFile: (name, base) => {
      try {
        return readFileSync(join(base === "." ? source : base, name), "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (name, contents) => {
      if (name === "kernels.wasm") wasm = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === null) {
    process.stderr.write(stderr.toString());
    throw error ?? new Error("the kernel compiler wrote nothing");
  }
  mkdirSync(target, { recursive: true });
  const lines = Buffer.from(wasm).toString("base64").match(/.{1,100}/g);
  const text = [
    "// Written by scripts/build-kernels.mjs from compiler/kernels/assembly; not for editing.",
    `// sources ${hash}`,
    "export const kernelBytes: string = [",
    ...lines.map((line) => `  "${line}",`),
    '].join("");',
    "",
  ].join("\n");
  writeFileSync(`${output}.tmp`, text);
  renameSync(`${output}.tmp`, output);
  process.stdout.write(`kernels: ${wasm.length} bytes of WebAssembly\n`);
}
