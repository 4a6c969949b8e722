import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder and name of the package that a module belongs to; null: ours. */
export function packageIn(id) {
  const found = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id.replaceAll("\\", "/"));
  return found === null ? null : { folder: found[0], name: found[1].replace("/", "-") };
}

/** What the packages of a bundle's modules ask to go with their code: their licences, each under its name and version. */
export function licences(moduleIds) {
  const bundled = moduleIds.flatMap((id) => packageIn(id)?.folder ?? []);
  const texts = [...new Set(bundled)].sort().map((folder) => {
    const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${name} ${version}: ${license}\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}
