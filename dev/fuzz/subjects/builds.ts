import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCircuits } from "../../../cli/files/circuit-source.ts";
import type { FuzzSubject, Input } from "../material/case.ts";
import { circuits, circuitText } from "../material/corpus.ts";
import { mutateJson } from "../material/mutate.ts";

/** Build directories: circuit, summary and manifest as `verify` and `export` read them. */
export function buildSubject(): FuzzSubject {
  const files = buildFiles();
  const names = Object.keys(files);
  return {
    name: "build",
    weight: 1,
    make: (dice) => {
      const name = dice.pick(names);
      const rest = names.filter((other) => other !== name && !dice.chance(0.05));
      const kept = Object.fromEntries(rest.map((other) => [other, files[other]!]));
      return { files: { ...kept, [name]: mutateJson(JSON.parse(files[name]!), dice) }, args: [] };
    },
    run: readBuild,
  };
}

/** What `optinc compile` leaves of a small circuit, as far as it is read again. */
export function buildFiles(): Record<string, string> {
  const circuit = circuits()[1]!;
  const file = { sha256: "0".repeat(64), bytes: 1 };
  const manifest = {
    format: "optinc.build",
    version: 1,
    tool: { name: "optinc", version: "0.1.0" },
    aggregate: circuit.name,
    spec: { name: "a.optinc", sha256: file.sha256 },
    seed: 1,
    network: { kind: "constructed" },
    targets: [{ name: "spice", options: {} }],
    files: [
      { name: "circuit.json", ...file },
      { name: "summary.json", ...file },
    ],
  };
  const summary = {
    aggregate: circuit.name,
    network: { kind: "trained", trained: { target: 1, accuracy: 1 } },
    verify: { against: "ring", inputs: { kind: "sampled", samples: 100 } },
  };
  return {
    "circuit.json": circuitText(circuit),
    "summary.json": JSON.stringify(summary),
    "manifest.json": JSON.stringify(manifest),
  };
}

async function readBuild({ files }: Input): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "optinc-fuzz-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    const { circuits: read, diagnostics } = await readCircuits(directory, null, () => {
      throw new Error("a build directory asks for a network");
    });
    const errors = diagnostics.some((diagnostic) => diagnostic.severity === "error");
    if (read === null && !errors) throw new Error("neither a circuit nor an error");
    for (const { spec } of read ?? [])
      if (spec !== null) throw new Error(`unsound: the build directory sets its own pass mark`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
