import fc from "fast-check";
import { readCircuits } from "../../../cli/files/circuit-source.ts";
import { demandEither, type FuzzSubject, inFolder } from "../material/case.ts";
import { circuits, circuitText } from "../material/corpus.ts";
import { mutateJson } from "../material/mutate.ts";

/** Build directories as `verify` and `export` read them: one file is changed, at times another is missing. */
export function buildSubject(): FuzzSubject {
  const files = buildFiles();
  const inputs = Object.keys(files).map((name) => {
    const { [name]: text, ...others } = files;
    const kept = fc.option(fc.subarray(Object.keys(others)), { freq: 10 });
    return fc.tuple(mutateJson(JSON.parse(text!)), kept).map(([changed, names]) => {
      const rest = Object.entries(others).filter(([other]) => names === null || names.includes(other));
      return { files: { ...Object.fromEntries(rest), [name]: changed }, args: [] };
    });
  });
  return {
    name: "build",
    weight: 100,
    inputs: fc.oneof(...inputs),
    run: (input) => inFolder(input.files, readBuild),
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

async function readBuild(folder: string): Promise<void> {
  const { circuits: read, diagnostics } = await readCircuits(folder, null, () => {
    throw new Error("a build directory asks for a network");
  });
  if (read === null) demandEither(read, diagnostics);
  const judged = read?.some(({ spec }) => spec !== null) ?? false;
  if (judged) throw new Error("unsound: the build directory sets its own pass mark");
}
