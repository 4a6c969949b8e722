import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  blockMatrix,
  type Circuit,
  findTarget,
  linearBlocks,
  subjectOf,
  type TargetOptions,
} from "../../netlist/index.ts";
import { compiledMean } from "../netlist/spice/compiled.ts";
import { layerCircuit, pinningCircuit, unitaryCircuit } from "../netlist/subjects.ts";

const execute = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));

export const circuits: readonly Circuit[] = [
  pinningCircuit(),
  unitaryCircuit(2),
  unitaryCircuit(3),
  unitaryCircuit(8),
  unitaryCircuit(16),
  compiledMean(4, 8, 4),
  layerCircuit(64),
];

/** What a tool found for one file: the largest error of an entry of the transfer matrix. */
export interface Verdict {
  readonly file: string;
  readonly error: number;
  readonly tool: string;
}

/** Circuits in a form of a format. */
export interface Written {
  readonly options: TargetOptions;
  readonly circuits: readonly Circuit[];
}

/**
 * Writes circuits in forms of a format, beside the matrices that simulate() gives, and lets the Python script of that name
 * load them in the tool, in one process for all of them. Gives what was found of each form, or null when the tool is not installed,
 * after saying so.
 */
export async function judgedBy(
  script: string,
  format: string,
  forms: readonly Written[],
): Promise<readonly (readonly Verdict[])[] | null> {
  const verdicts = await answerOf<readonly Verdict[]>(script, (folder) => {
    const jobs = forms.flatMap(({ options, circuits: chosen }, f) => {
      mkdirSync(join(folder, `${f}`));
      return chosen.flatMap((circuit) => writeJobs(folder, `${f}`, format, options, circuit));
    });
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
  });
  return verdicts && forms.map((_, f) => verdicts.filter(({ file }) => file.startsWith(`${f}/`)));
}

/** What the Python script of that name writes to verdicts.json in a folder that `prepare` filled. Null when its tool is not installed. */
export async function answerOf<T>(
  script: string,
  prepare: (folder: string) => void,
  name: string = environments[script]!,
): Promise<T | null> {
  const environment = join(here, "../../.interop", name);
  const python = join(environment, "bin/python");
  if (!existsSync(python)) {
    const reason = `${environment}.reason`;
    const why = existsSync(reason) ? readFileSync(reason, "utf8").trim() : "not installed; run tests/interop/run.sh";
    console.log(`not run: ${script} in ${name}: ${why}`);
    if (process.env["CI"] === "true") throw new Error(`${script} was not run`);
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), "optinc-interop-"));
  try {
    prepare(folder);
    // A failure carries what the script printed.
    await execute(python, [join(here, "python", `${script}.py`), folder], {
      timeout: 900_000,
      maxBuffer: 2 ** 26,
      env: { ...process.env, JAX_PLATFORMS: "cpu", PYTHONWARNINGS: "ignore", MPLBACKEND: "agg" },
    });
    return JSON.parse(readFileSync(join(folder, "verdicts.json"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Virtual environment of every script. */
const environments: Readonly<Record<string, string>> = {
  bandwidth_reference: "main",
  wavelength_reference: "main",
  spectrum: "main",
  sax: "main",
  touchstone: "main",
  lumerical_dat: "main",
  perceval: "main",
  gdsfactory: "main",
  chip: "main",
  spi: "main",
  parquet: "main",
  physics_reference: "main",
  splitter_errors: "main",
  formats_reference: "main",
  onnx_runtime: "main",
  study_rows: "main",
  proof_checker: "proof",
  torch_hook: "torch",
  collectives_reference: "main",
  published_reference: "main",
};

function writeJobs(folder: string, form: string, format: string, options: TargetOptions, circuit: Circuit): object[] {
  const target = findTarget(format)!;
  const subject = subjectOf(circuit, { kind: "circuit" });
  const perMesh = circuit.sections.flatMap((section, s) =>
    section.meshes.flatMap((mesh, m) =>
      linearBlocks({
        circuit,
        scope: { kind: "mesh", section: s, mesh: m },
        stem: `${subject.stem}.s${s}-m${m}-${mesh.name.replace(/[^A-Za-z0-9._-]+/g, "_")}`,
      }),
    ),
  );
  const blocks = format === "gdsfactory" ? perMesh : linearBlocks(subject);
  const jobs: object[] = [];
  for (const file of target.emit(subject, options)) {
    const parts = [...file.content].map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece));
    writeFileSync(join(folder, form, file.name), Buffer.concat(parts));
    const block = [...blocks]
      .filter((it) => file.name.startsWith(`${it.stem}.`))
      .sort((a, b) => b.stem.length - a.stem.length)[0];
    if (block !== undefined && !/-index\.json$|\.main\.spi$|\.lsf$/.test(file.name)) {
      const { re, im, rows, cols } = blockMatrix(block);
      const modes = block.modes;
      const outputs = block.outputs.map((port) => modes[port]!);
      jobs.push({
        file: `${form}/${file.name}`,
        rows,
        cols,
        re: [...re],
        im: [...im],
        modes,
        outputs,
        positions: block.outputs,
      });
    }
  }
  return jobs;
}
