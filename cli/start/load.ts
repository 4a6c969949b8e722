import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

/** Exports of a part of the program. */
type Part = Readonly<Record<string, unknown>>;
type Require = (name: string) => Part;
type Wrapped = (exports: Part, require: Require, module: { exports: Part }, file: string, folder: string) => void;

/** What V8 made of the parts before: for one release of it on one kind of machine, as no other takes it. */
export const codeFolder: string = join(__dirname, `code-${process.versions.v8}-${process.platform}-${process.arch}`);
const parts = join(__dirname, "parts");
const native = createRequire(join(parts, "x.cjs"));

/** The parts that were compiled here, by their names. */
export const scripts: Map<string, Script> = new Map<string, Script>();
const loaded = new Map<string, { exports: Part }>();

/** A part of the program with all that it requires; from the code of an earlier compilation where there is one. */
export function load(name: string): Part {
  return existsSync(codeFolder) ? loadCompiled(`./${name}.cjs`) : native(`./${name}.cjs`);
}

/**
 * The same by our own hand, so that V8 is handed the code that it made before. It looks itself whether that belongs to it, its
 * flags and the text, and compiles where it does not.
 */
export function loadCompiled(name: string): Part {
  if (!name.startsWith("./")) return native(name);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const filename = join(parts, name);
  const cachedData = codeOf(name);
  const text = `(function(exports,require,module,__filename,__dirname){${readFileSync(filename, "latin1")}\n})`;
  const script = new Script(text, { filename, ...(cachedData === null ? {} : { cachedData }) });
  scripts.set(name, script);
  (script.runInThisContext() as Wrapped)(module.exports, loadCompiled, module, filename, parts);
  return module.exports;
}

/** Null where there is none. */
function codeOf(name: string): Buffer | null {
  try {
    return readFileSync(join(codeFolder, `${name}.bin`));
  } catch {
    return null;
  }
}
