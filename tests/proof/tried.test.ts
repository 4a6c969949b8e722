import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc, scratch } from "../cli/run.ts";
import { comparator, pair } from "../netlist/pair.ts";

it.each([
  ["verify", ["verify", "c.json"]],
  ["export", ["export", "c.json", "--to", "spice", "--option", "testbench=inside", "-o", "c.sp"]],
  ["export of a table", ["export", "c.json", "--to", "table", "-o", "c.csv"]],
  ["report", ["report", "c.json", "-o", "c.html"]],
])("words that are tried alone are not passed by %s", (_, args) => {
  const made = pair(comparator(1 + 5e-10, 1e-10));
  const inputs = made.inputs.map((port) =>
    port.kind === "worker" && port.worker === 1 ? { ...port, fieldPerLevel: 1 + 2e-9 } : port,
  );
  const cwd = scratch();
  writeFileSync(join(cwd, "c.json"), JSON.stringify({ ...made, certificate: null, inputs }));
  const run = optinc(args, { cwd });
  expect(run.code, run.err).toBe(3);
});
