import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { printTable } from "../bench/table.ts";
import { networkOf, reproduceArea } from "./area.ts";
import { calibrationTable } from "./calibration.ts";
import { reproduceCascade } from "./cascade.ts";
import { paperArea } from "./paper-area.ts";
import { physicsTable } from "./physics.ts";
import { largePlacementCases, placementCases, placementTable } from "./placement.ts";
import { collectivesReproduction } from "./print-collectives.ts";
import { type PublishedNetwork, tableOne } from "./published.ts";
import { networksTable } from "./table-two.ts";
import { writeExactWeights } from "./weights-file.ts";

/** Inputs of a network that are tried in the quick run, in even steps; a prime, so that all digits vary. */
const QUICK_SAMPLE = 20_011;

/** What is read of summary.json. */
interface Summary {
  readonly devices: { readonly mzis: number };
  readonly network: {
    readonly trained: {
      readonly description: string;
      readonly notes: readonly string[];
      readonly endedBy: string;
    } & Checked;
  };
  readonly accuracy: Checked & { readonly mode: string };
}

interface Checked {
  readonly vectors: number;
  readonly wrong: number;
}

interface Trained {
  readonly scenario: PublishedNetwork;
  readonly summary: Summary | null;
  readonly seconds: number;
  readonly cached: boolean;
}

/** A row of Table I trained with the command that users have: minutes, and seconds when the cache has it. */
function trainScenario(scenario: PublishedNetwork, scratch: string): Trained {
  const { workers, bits, widths } = scenario;
  const name = `mean-${workers}x${bits}`;
  const spec = join(scratch, `${name}.optinc`);
  const network = `hidden ${widths.slice(1, -1).join(" ")}; approximate all`;
  writeFileSync(
    spec,
    `aggregate ${name} { workers ${workers}; precision ${bits} bits; levels 4; network trained { ${network} }; emit phases }\n`,
  );
  const program = fileURLToPath(new URL("../../program/optinc.js", import.meta.url));
  const args = [program, "compile", spec, "-o", join(scratch, name), "--chips", "0", "--json"];
  const started = performance.now();
  const run = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - started) / 1000;
  const built = run.stdout === "" ? [] : (JSON.parse(run.stdout).aggregates as { summary: Summary; cached: boolean }[]);
  return { scenario, summary: built[0]?.summary ?? null, seconds, cached: built[0]?.cached ?? false };
}

/** Vectors that four inputs take, each the mean of as many symbols: (N (4^(M/4) - 1) + 1)^4. */
function distinctInputs({ bits, workers }: PublishedNetwork): number {
  return (workers * (4 ** Math.ceil(bits / 2 / 4) - 1) + 1) ** 4;
}

function accuracyOf({ vectors, wrong }: Checked): string {
  return `${Number((100 * (1 - wrong / vectors)).toFixed(6))} %`;
}

function trainingTable(row: Trained): void {
  const { scenario, summary, seconds, cached } = row;
  const { bits, workers, widths, areaPercent } = scenario;
  printTable(
    "Table I, trained: the paper's first row beside ours (accuracy of the network in double precision, then of words through the circuit)",
    [
      "bits/servers",
      "paper: layers",
      "area",
      "accuracy",
      "distinct inputs",
      "ours: area",
      "MZIs",
      "network",
      "words",
      "circuit",
      "words",
      "time",
    ],
    [
      [
        `${bits}/${workers}`,
        "all",
        `${areaPercent} %`,
        "100 %",
        `${distinctInputs(scenario)}`,
        ...figuresOf(scenario, summary),
        `${seconds.toFixed(1)} s${cached ? " (cache)" : ""}`,
      ],
    ],
  );
  if (summary === null) return;
  const { trained } = summary.network;
  console.log(`\n${bits}/${workers}: ${widths.join("-")}`);
  for (const line of [trained.description, ...trained.notes]) console.log(`  ${line}`);
  if (trained.endedBy !== "target") console.log(`  the target was not reached: ended by ${trained.endedBy}`);
}

function figuresOf(scenario: PublishedNetwork, summary: Summary | null): readonly string[] {
  if (summary === null) return ["", "failed", "", "", "", ""];
  const { trained } = summary.network;
  const { accuracy } = summary;
  return [
    `${(100 * paperArea(networkOf(scenario)).share).toFixed(2)} %`,
    String(summary.devices.mzis),
    accuracyOf(trained),
    String(trained.vectors),
    accuracyOf(accuracy),
    `${accuracy.vectors}${accuracy.mode === "exhaustive" ? "" : " sampled"}`,
  ];
}

function areaTable(): void {
  console.log("Areas: Tables I and II and the cascade as the paper counts them, and our designs in MZIs");
  for (const { name, published, ours, unit, note } of reproduceArea()) {
    const printed = published === null ? "" : `published ${published} %, `;
    const figure = unit === "%" ? `${ours.toFixed(2)} %` : `${ours} MZIs`;
    console.log(`${name}\n  ${printed}ours ${figure}\n  ${note}`);
  }
}

/** The tables that are printed alone, by their names. */
const tables: Readonly<Record<string, () => Iterable<string>>> = {
  physics: () => [physicsTable()],
  placement: () => [placementTable(placementCases)],
  "placement-large": () => [placementTable(largePlacementCases)],
  calibration: calibrationTable,
  collectives: () => [collectivesReproduction()],
  networks: () => [networksTable()],
};

/**
 * `npm run reproduce`; `-- --quick` trains nothing, `-- physics` and `-- calibration` print tables of docs/reference/measurements.md,
 * `-- placement` too, `-- networks` that of docs/explanation/perceptrons.md, `-- weights` writes examples/imported/mean-4x16.npz anew.
 * Numbers that do not match are printed as they are.
 */
function main(args: readonly string[]): void {
  const table = args.length === 1 ? tables[args[0]!] : undefined;
  if (table !== undefined) {
    for (const piece of table()) console.log(piece);
    return;
  }
  if (args.join() === "weights") {
    writeExactWeights();
    return;
  }
  const unknown = args.filter((arg) => arg !== "--quick");
  if (unknown.length > 0) {
    console.error(
      `reproduce takes --quick, or ${Object.keys(tables).join(", ")} or weights alone, not ${unknown.join(" ")}`,
    );
    process.exitCode = 2;
    return;
  }
  areaTable();
  const quick = args.includes("--quick");
  console.log(
    `\nTables I and II in the paper's own widths and layers, with weights from a plan instead of a training (docs/explanation/perceptrons.md), on ${quick ? `${QUICK_SAMPLE} inputs in even steps` : "every distinct input"}`,
  );
  console.log(networksTable(quick ? QUICK_SAMPLE : undefined));
  if (quick) {
    console.log(
      "\nNot run, because of --quick: training and verifying Table I's first network (minutes the first time).",
    );
  } else {
    const scratch = mkdtempSync(join(tmpdir(), "optinc-reproduce-"));
    try {
      const row = trainScenario(tableOne[0]!, scratch);
      trainingTable(row);
      if (row.summary === null || row.summary.network.trained.wrong > 0) process.exitCode = 3;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  reproduceCascade();
  console.log(`\nAll-reduce\n\n${collectivesReproduction()}`);
}

main(process.argv.slice(2));
