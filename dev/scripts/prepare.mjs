// npm's prepare: builds when a source is newer than the build. `npx optinc` in a checkout prepares it once more, and
// should not wait for a second build.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { include } = JSON.parse(readFileSync(`${root}/tsconfig.build.json`, "utf8"));
const sources = [...include, "dev/scripts", "package.json"];

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((entry) => newest(`${path}/${entry}`)));
}

const program = `${root}/dist/program/optinc.js`;
const fresh = existsSync(program) && statSync(program).mtimeMs >= Math.max(...sources.map((s) => newest(`${root}/${s}`)));
if (!fresh) {
  const run = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit", shell: true });
  process.exit(run.status ?? 1);
}
