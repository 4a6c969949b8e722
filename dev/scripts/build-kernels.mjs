// Compiles the AssemblyScript kernels into WebAssembly modules, which are written as TypeScript modules, with the types of what they
// export: modules load no files, so the bytes travel as base64. No relaxed SIMD and no fused multiply-add: results are the same on every machine.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
/**
 * The modules. entries: folders whose index.ts exports functions; shared: folders of constants that TypeScript reads too. The
 * compiler's threads share one memory; netlist imports no other module and works in a memory of its own.
 */
const modules = [
  {
    entries: ["compiler/kernels/assembly", "compiler/network/training/engine/assembly"],
    shared: ["compiler/network/training/engine/layout"],
    target: join(root, "compiler", "kernels", "generated"),
    memory: ["--enable", "simd,threads", "--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "32768"],
  },
  {
    entries: ["netlist/kernels/assembly"],
    shared: [],
    target: join(root, "netlist", "kernels", "generated"),
    memory: ["--enable", "simd", "--importMemory", "--initialMemory", "1"],
  },
];
const options = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--use", "abort="];
const script = readFileSync(fileURLToPath(import.meta.url));

for (const module of modules) await build(module);

async function build({ entries, shared, target, memory }) {
  const digest = createHash("sha256").update(script);
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
    const written = {};
    const sources = entries.map((folder) => `${folder}/index.ts`);
    const { error, stderr } = await asc.main([...sources, ...options, ...memory, "--outFile", "kernels.wasm", "--bindings", "raw"], {
      readFile: (name, base) => {
        try {
          return readFileSync(join(base === "." ? root : base, name), "utf8");
        } catch {
          return null;
        }
      },
      writeFile: (name, contents) => {
        written[name] = contents;
      },
      listFiles: () => [],
    });
    const wasm = written["kernels.wasm"];
    if (error !== null || wasm === undefined) {
      process.stderr.write(stderr.toString());
      throw error ?? new Error("the kernel compiler wrote nothing");
    }
    mkdirSync(target, { recursive: true });
    const lines = Buffer.from(wasm).toString("base64").match(/.{1,100}/g);
    const text = [
      "// Written by dev/scripts/build-kernels.mjs from the assembly/ folders; not for editing.",
      `// sources ${hash}`,
      "export const kernelBytes: string = [",
      ...lines.map((line) => `  "${line}",`),
      '].join("");',
      "export interface Kernels {",
      ...[...written["kernels.d.ts"].matchAll(/export function (.*;)/g)].map(([, signature]) => `  ${signature}`),
      "}",
      "",
    ].join("\n");
    writeFileSync(`${output}.tmp`, text);
    renameSync(`${output}.tmp`, output);
    process.stdout.write(`${entries[0]}: ${wasm.length} bytes of WebAssembly\n`);
  }
}
