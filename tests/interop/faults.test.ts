import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseCsv } from "../../formats/index.ts";
import { optinc, root } from "../cli/run.ts";

it("faults break the words that a recomputation from docs/explanation/bringup.md says, of a chip without errors", () => {
  const folder = mkdtempSync(join(tmpdir(), "optinc-faults-"));
  try {
    const [build, file] = [join(folder, "pair"), join(folder, "faults.csv")];
    const network = "network constructed { neuron saturating; decision-margin 0.4 }";
    const input = `aggregate pair { workers 2; precision 4 bits; ${network} }\n`;
    expect(optinc(["compile", "-", "-o", build, "-q", "--chips", "0"], { input }).code).toBe(0);
    expect(optinc(["faults", build, "--phase", "0", "--splitter", "0", "--csv", file, "-q"]).code).toBe(0);
    const rows = parseCsv(readFileSync(file, "utf8")).slice(1);
    // of a heater without heat counts the phase that fabrication left
    const faults = rows.flatMap(([name = "", words, wrong]) =>
      name.startsWith("heater") ? [] : [{ name, words: Number(words), wrong: Number(wrong) }],
    );
    const script = join(root, "tests/interop/python/faults_reference.py");
    const names = faults.map(({ name }) => name);
    const command = join(root, ".interop/main/bin/python");
    const run = spawnSync(command, [script, join(build, "circuit.json"), ...names], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    const shares: number[] = JSON.parse(run.stdout);
    expect(shares.length).toBeGreaterThan(50);
    for (const [i, { name, words, wrong }] of faults.entries()) {
      // of a late worker counts each word with one that came before, not with all
      if (name.startsWith("worker-late")) expect(Math.abs(wrong / words - shares[i]!), name).toBeLessThan(0.1);
      else expect([name, wrong / words]).toEqual([name, shares[i]]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
