import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** Folders that are built. */
const modules: readonly string[] = JSON.parse(readFileSync(join(root, "tsconfig.build.json"), "utf8")).include;
const built = join(root, "dist/program/optinc.js");

/** Vitest's globalSetup: builds dist/ when a source is newer, for the CLI tests. `npm run typecheck` finds errors of types. */
export function setup(): void {
  const newest = Math.max(...modules.map((module) => newestIn(join(root, module))));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  const run = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, encoding: "utf8" });
  if (!existsSync(built)) throw new Error(`the build wrote no ${built}\n${run.stdout}${run.stderr}`);
}

function newestIn(directory: string): number {
  if (!statSync(directory).isDirectory()) return statSync(directory).mtimeMs;
  const entries = readdirSync(directory, { withFileTypes: true });
  return Math.max(
    0,
    ...entries.map((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs;
    }),
  );
}
