import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The modules that cached results come from. */
export const resultModules = ["collectives", "compiler", "dsl", "formats", "netlist", "physics", "proof", "toolchain", "training-sim", "verify"];

/** Files of a folder, by their paths in it with / between folders, in order. */
export function filesIn(folder) {
  const files = readdirSync(folder, { recursive: true });
  return files.map((file) => file.replaceAll("\\", "/")).sort();
}

/** Changes with every source of these modules, and with the versions of the packages in package.json. */
export function codeHash(root) {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const hash = createHash("sha256").update(JSON.stringify(dependencies));
  for (const module of resultModules) {
    for (const file of filesIn(join(root, module)).filter((each) => each.endsWith(".ts"))) {
      hash.update(`${module}/${file}\n`).update(readFileSync(join(root, module, file)));
    }
  }
  return hash.digest("hex");
}
