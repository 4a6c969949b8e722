import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { markdownRow, markdownTable } from "../bench/table.ts";

/** Standard deviations of every phase, rad, and of every 50:50 coupler's share of power; and what drivers and neighbours add. */
interface Errors {
  readonly phase: number;
  readonly splitter: number;
  /** Of the converter behind each heater; null: any phase. */
  readonly bits: number | null;
  /** Share of a neighbour's phase that a heater gets; 0: none. */
  readonly crosstalk: number;
}

interface Case {
  readonly name: string;
  /** A spec, or the path of one. */
  readonly spec: { readonly text: string } | { readonly path: string };
  readonly chips: number;
  readonly calibrated: boolean;
  readonly errors: readonly Errors[];
}

const errors: readonly Errors[] = [
  { phase: 0.01, splitter: 0.01, bits: null, crosstalk: 0 },
  { phase: 0.03, splitter: 0.01, bits: null, crosstalk: 0 },
  { phase: 0.005, splitter: 0.02, bits: 12, crosstalk: 0 },
  { phase: 0.005, splitter: 0.02, bits: 12, crosstalk: 0.002 },
];

const exact = (workers: number, chips: number): Case => ({
  name: `optinc, ${workers} workers, 8 bits`,
  spec: {
    text: `aggregate mean { workers ${workers}; precision 8 bits; network constructed { neuron saturating; decision-margin 0.4 } }`,
  },
  chips,
  calibrated: true,
  errors,
});

/** The paper's structure has no comparators, hence nothing that says how its neurons would be trimmed. */
const cases: readonly Case[] = [
  exact(4, 1000),
  exact(8, 1000),
  exact(16, 1000),
  {
    name: "the paper's network of 4 workers and 16 bits, diag(d) U",
    spec: { path: "examples/imported/mean-4x16.optinc" },
    chips: 5,
    calibrated: false,
    errors: [
      { phase: 0.0001, splitter: 0, bits: null, crosstalk: 0 },
      { phase: 0.001, splitter: 0, bits: null, crosstalk: 0 },
      { phase: 0.005, splitter: 0.02, bits: null, crosstalk: 0 },
    ],
  },
];

/** What is read of `optinc yield --json`. */
interface Judged {
  readonly circuits: readonly {
    readonly yield: Count;
    readonly calibrated: readonly (Count & { readonly stage: string })[] | null;
  }[];
}

/** `low` to `high`: where the share of good chips is with 95 % confidence. */
interface Count {
  readonly good: number;
  readonly chips: number;
  readonly low: number;
  readonly high: number;
}

/** Good chips as built, trimmed and brought up, circuits of optinc and the paper's structure with the same errors, as Markdown, a line as soon as it is known; most of an hour. */
export function* calibrationTable(): Generator<string> {
  const heads = ["circuit", "phase, rad", "splitter", "converters", "crosstalk", "as built", "trimmed", "brought up"];
  yield markdownTable(heads, []);
  for (const each of cases) for (const error of each.errors) yield markdownRow(rowOf(each, error));
}

function rowOf({ name, spec, chips, calibrated }: Case, error: Errors): readonly string[] {
  const { phase, splitter, bits, crosstalk } = error;
  const program = fileURLToPath(new URL("../../program/optinc.js", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "optinc-calibration-"));
  try {
    const source = "path" in spec ? [spec.path] : ["-"];
    const asked = ["--phase", `${phase}`, "--splitter", `${splitter}`, "--chip-samples", `${chips}`, "--seed", "1"];
    if (bits !== null) {
      const technology = join(folder, "drivers.yaml");
      writeFileSync(technology, driversOf(bits, crosstalk));
      asked.push("--technology", technology);
    }
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
    const stage = (wanted: string) => stages?.find(({ stage }) => stage === wanted);
    const asBuilt = stages === null ? judged.yield : stage("as built");
    const drivers = [bits === null ? "-" : `${bits} bits`, crosstalk === 0 ? "-" : `${100 * crosstalk} %`];
    const counts = [asBuilt, stage("trimmed"), stage("brought up")].map(counted);
    return [name, `${phase}`, `${splitter}`, ...drivers, ...counts];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function counted(of: Count | undefined): string {
  if (of === undefined) return "-";
  const percent = (share: number): string => `${Number((100 * share).toPrecision(4))}`;
  return `${of.good} of ${of.chips} (${percent(of.low)} to ${percent(of.high)} %)`;
}

/** A technology of drivers and neighbours alone, the latter at the distances that foundry-si assumes. */
function driversOf(bits: number, crosstalk: number): string {
  const quantity = (name: string, value: number, unit: string): string =>
    `  ${name}: { value: ${value}, unit: ${unit}, kind: assumed, source: of the table }\n`;
  const neighbours = [
    quantity("coupler-length", 40, "um"),
    quantity("heater-length", 62, "um"),
    quantity("lane-pitch", 50, "um"),
    quantity("heater-crosstalk", crosstalk, "1"),
    quantity("heater-crosstalk-distance", 50, "um"),
    quantity("heater-crosstalk-decay", 100, "um"),
  ];
  const drivers = [quantity("dac-bits", bits, "bits"), quantity("dac-range", 2 * Math.PI, "rad")];
  return [
    "technology: drivers\ndescription: of the table\nneurons:\n  saturating: { kind: assumed, source: of the table }\nquantities:\n",
    ...drivers,
    ...(crosstalk === 0 ? [] : neighbours),
  ].join("");
}
