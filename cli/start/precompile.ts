import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeFolder, loadCompiled, scripts } from "./load.ts";

/**
 * Lets the V8 of this Node compile the program, and keeps the code beside it; commands start in a fraction of the time from then
 * on. Run by the build and after an installation. The commands that are run most are run here, as V8 compiles what is called.
 */
async function compileProgram(): Promise<void> {
  if (existsSync(codeFolder)) return;
  const { main } = loadCompiled("./program.cjs");
  const place = mkdtempSync(join(tmpdir(), "optinc-compile-"));
  try {
    const example = join(__dirname, "../../examples/mean-4x8.optinc");
    const built = join(place, "built");
    const commands = [
      ["check", example],
      ["compile", example, "-o", built, "--chips", "1"],
      ["verify", built],
    ];
    for (const words of commands) await silently(main, words);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  // The other parts as far as V8 looks at them when they are loaded; what starts a worker's work is none of this thread's.
  for (const file of readdirSync(join(__dirname, "parts"))) {
    if (file.endsWith(".cjs") && !file.endsWith("-worker.cjs")) loadCompiled(`./${file}`);
  }
  keep();
}

/** Whole or not at all, as another process may be starting. */
function keep(): void {
  const made = mkdtempSync(`${codeFolder}-`);
  try {
    chmodSync(made, 0o755);
    for (const [name, script] of scripts) writeFileSync(join(made, `${name}.bin`), script.createCachedData());
    renameSync(made, codeFolder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw error;
  }
}

async function silently(main: unknown, words: readonly string[]): Promise<void> {
  const { argv, stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  process.argv = [...argv.slice(0, 2), ...words];
  stdout.write = () => true;
  stderr.write = () => true;
  try {
    if (typeof main !== "function") throw new Error("the program has no main");
    await main();
  } finally {
    [stdout.write, stderr.write] = writes;
    process.argv = argv;
  }
  if (process.exitCode !== 0) throw new Error(`optinc ${words.join(" ")} ended with ${process.exitCode}`);
}

// Without it the program works as well: an installation does not fail for it.
compileProgram().catch((error: unknown) => {
  process.exitCode = 0;
  process.stderr.write(`optinc was not compiled ahead, and will start slower: ${error}\n`);
});
