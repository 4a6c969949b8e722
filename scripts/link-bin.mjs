// Makes `npx optinc` in this checkout start the build at once: npm links the bins of dependencies, not a package's own.
import { chmodSync, existsSync, rmSync, symlinkSync } from "node:fs";

const bins = new URL("../node_modules/.bin/", import.meta.url);
chmodSync(new URL("../dist/cli/main.js", import.meta.url), 0o755);
if (process.platform !== "win32" && existsSync(bins)) {
  const link = new URL("optinc", bins);
  rmSync(link, { force: true });
  symlinkSync("../../dist/cli/main.js", link);
}
