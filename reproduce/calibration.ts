import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Standard deviations: of every phase, rad, and of every splitter's share of power. */
interface Errors {
  readonly phase: number;
  readonly splitter: number;
}

interface Case {
  readonly name: string;
  /** A spec, or the path of one. */
  readonly spec: { readonly text: string } | { readonly path: string };
  readonly dies: number;
  readonly calibrated: boolean;
  readonly errors: readonly Errors[];
}

const errors: readonly Errors[] = [
  { phase: 0.005, splitter: 0.02 },
  { phase: 0.01, splitter: 0.01 },
  { phase: 0.03, splitter: 0.01 },
];

const ours = (workers: number, dies: number): Case => ({
  name: `ours, ${workers} workers, 8 bits`,
  spec: {
    text: `aggregate mean { workers ${workers}; precision 8 bits; network constructed { neuron saturating; margin 0.4 } }`,
  },
  dies,
  calibrated: true,
  errors,
});

/** The paper's structure has no comparators, hence nothing that says how its neurons would be trimmed. */
const cases: readonly Case[] = [
  ours(4, 100),
  ours(8, 100),
  ours(16, 100),
  {
    name: "the paper's network of 4 workers and 16 bits, diag(d) U",
    spec: { path: "examples/imported/mean-4x16.optinc" },
    dies: 5,
    calibrated: false,
    errors: [{ phase: 0.0001, splitter: 0 }, { phase: 0.001, splitter: 0 }, ...errors.slice(0, 1)],
  },
];

/** What is read of `optinc yield --json`. */
interface Judged {
  readonly circuits: readonly {
    readonly yield: { readonly good: number; readonly dies: number };
    readonly calibrated: readonly { readonly stage: string; readonly good: number; readonly dies: number }[] | null;
  }[];
}

/** Good dies as built, trimmed and brought up, ours and those of the paper's structure with the same errors, as Markdown; minutes. */
export function calibrationTable(): string {
  const rows = cases.flatMap((each) => each.errors.map((error) => rowOf(each, error)));
  const heads = ["circuit", "phase, rad", "splitter", "as built", "trimmed", "brought up"];
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function rowOf({ name, spec, dies, calibrated }: Case, { phase, splitter }: Errors): readonly string[] {
  const program = fileURLToPath(new URL("../program/optinc.cjs", import.meta.url));
  const source = "path" in spec ? [spec.path] : ["-"];
  const asked = ["--phase", `${phase}`, "--splitter", `${splitter}`, "--dies", `${dies}`, "--seed", "1"];
  const more = calibrated ? ["--bringup"] : [];
  const run = spawnSync(process.execPath, [program, "yield", ...source, ...asked, ...more, "-q", "--json", "-"], {
    encoding: "utf8",
    input: "text" in spec ? spec.text : "",
    maxBuffer: 2 ** 28,
  });
  if (run.status !== 0) throw new Error(`yield of ${name} ended with ${run.status}: ${run.stderr}`);
  const { circuits }: Judged = JSON.parse(run.stdout);
  const [judged] = circuits;
  if (judged === undefined) throw new Error(`yield of ${name} judged no circuit`);
  const stages = judged.calibrated;
  const counted = (of: { readonly good: number; readonly dies: number } | undefined): string =>
    of === undefined ? "-" : `${of.good} of ${of.dies}`;
  const stage = (wanted: string) => stages?.find(({ stage }) => stage === wanted);
  const asBuilt = stages === null ? judged.yield : stage("as built");
  return [name, `${phase}`, `${splitter}`, counted(asBuilt), counted(stage("trimmed")), counted(stage("brought up"))];
}
