// Compiles the AssemblyScript kernels of all rooms into one WebAssembly module, which is written as a TypeScript module: rooms
// load no files, so the bytes travel as base64. No relaxed SIMD and no fused multiply-add: results are the same on every machine.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
/** Folders whose index.ts exports functions, and folders of constants that TypeScript reads too. */
const entries = ["compiler/kernels/assembly", "compiler/network/training/engine/assembly"];
const shared = ["compiler/network/training/engine/layout"];
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

const digest = createHash("sha256").update(readFileSync(fileURLToPath(import.meta.url)));
for (const folder of [...entries, ...shared]) {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".ts")).sort();
  for (const name of names) digest.update(`${folder}/${name}`).update(readFileSync(join(root, folder, name)));
}
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
  const sources = entries.map((folder) => `${folder}/index.ts`);
  const { error, stderr } = await asc.main([...sources, ...options, "--outFile", "kernels.wasm"], {
    readFile: (name, base) => {
      try {
        return readFileSync(join(base === "." ? root : base, name), "utf8");
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
    "// Written by scripts/build-kernels.mjs from the assembly/ folders; not for editing.",
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
