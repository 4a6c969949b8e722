import type { Comparison, ComparisonRow, Outcome } from "./compare.ts";

/** Prints a comparison; every printer ends with a line feed. */

/** One table for each gradient and number of workers, then the inputs that all of it hangs on. */
export function comparisonTable(comparison: Comparison): string {
  const blocks: string[] = [];
  for (const rows of groupRows(comparison.rows)) {
    const { gradient, workers } = rows[0]!;
    const title = `${gradient.name}: ${count(gradient.elements)} x ${comparison.dtype}, ${workers} workers`;
    const iterations = rows.some(({ outcome }) => outcome.kind === "timed" && outcome.iterationRatio !== null);
    const head = ["algorithm", "steps", "bytes/worker", "volume", "lambdas", "loss", "time", "bus bandwidth", "x ring"];
    if (iterations) head.push("iteration");
    head.push("exact");
    const refused: string[] = [];
    const cells = [head];
    for (const { algorithm, outcome } of rows) {
      if (outcome.kind === "refused") refused.push(`  ${algorithm}: ${outcome.reason}`);
      else cells.push(tableRow(algorithm, outcome, iterations));
    }
    const faults = rows.flatMap(({ algorithm, outcome }) =>
      outcome.kind === "timed" ? outcome.faults.slice(0, 1).map((fault) => `  ${algorithm}: ${fault.message}`) : [],
    );
    blocks.push([title, ...aligned(cells), ...refused, ...faults].join("\n"));
  }
  const inputs = comparison.inputs.map(({ path, value, from }) => [path, value, from === "file" ? "" : from]);
  const lost = comparison.rows.some(({ outcome }) => outcome.kind === "timed" && outcome.loss?.withinBudget === false);
  const notes = lost ? ["! the loss of the longest path is above the budget", ""] : [];
  return `${blocks.join("\n\n")}\n\n${[...notes, `inputs of cluster ${comparison.cluster}:`, ...aligned(inputs, "left")].join("\n")}\n`;
}

function tableRow(algorithm: string, outcome: Outcome, iterations: boolean): string[] {
  const { timing, loss } = outcome;
  const row = [
    algorithm,
    `${timing.steps}`,
    bytes(outcome.bytesPerWorker),
    outcome.volume.toPrecision(4),
    outcome.wavelengths === null ? "-" : `${outcome.wavelengths}`,
    loss === null ? "-" : `${loss.db.toFixed(1)} dB${loss.withinBudget ? "" : " !"}`,
    seconds(timing.totalS),
    `${bytes(outcome.busBandwidth)}/s`,
    outcome.ratio.toPrecision(4),
  ];
  if (iterations) row.push(outcome.iterationRatio === null ? "-" : outcome.iterationRatio.toPrecision(4));
  row.push(outcome.exact === null ? "-" : outcome.exact ? "yes" : "NO");
  return row;
}

const csvHead =
  "gradient,elements,dtype,workers,algorithm,steps,bytes_per_worker,volume,wavelengths,loss_db,loss_within_budget,time_s,setup_s,latency_s,transmission_s,reduction_s,bus_bandwidth_bytes_per_s,ratio_to_ring,iteration_ratio,formula_s,exact,refused,inputs";

/** RFC 4180 with line feeds, one line a row; the last column names the inputs of the row's algorithm with their values. */
export function comparisonCsv(comparison: Comparison, inputsOf: (algorithm: string) => readonly string[]): string {
  const lines = comparison.rows.map(({ algorithm, workers, gradient, outcome }) => {
    const used = inputsOf(algorithm);
    const inputs = comparison.inputs
      .filter(({ path }) => used.includes(path))
      .map(({ path, value }) => `${path} = ${value}`)
      .join("; ");
    const timed = outcome.kind === "timed" ? outcome : null;
    const cells: (string | number | boolean | null | undefined)[] = [
      gradient.name,
      gradient.elements,
      comparison.dtype,
      workers,
      algorithm,
      timed?.timing.steps,
      timed?.bytesPerWorker,
      timed?.volume,
      timed?.wavelengths,
      timed?.loss?.db,
      timed?.loss?.withinBudget,
      timed?.timing.totalS,
      timed?.timing.setupS,
      timed?.timing.latencyS,
      timed?.timing.transmissionS,
      timed?.timing.reductionS,
      timed?.busBandwidth,
      timed?.ratio,
      timed?.iterationRatio,
      timed?.formulaS,
      timed?.exact,
      outcome.kind === "refused" ? outcome.reason : "",
      inputs,
    ];
    return cells.map(csvCell).join(",");
  });
  return `${[csvHead, ...lines].join("\n")}\n`;
}

function csvCell(value: string | number | boolean | null | undefined): string {
  const text = typeof value === "number" ? plainNumber(value) : `${value ?? ""}`;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function comparisonJson(comparison: Comparison, inputsOf: (algorithm: string) => readonly string[]): string {
  const rows = comparison.rows.map((row) => ({ ...row, inputs: inputsOf(row.algorithm) }));
  const report = { format: "optinc.comparison", version: 1, ...comparison, rows };
  return `${JSON.stringify(report, (_, value) => (typeof value === "number" ? Number(plainNumber(value)) : value), 2)}\n`;
}

/** Twelve digits: sums in another order on another machine must not change a file. */
function plainNumber(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** Rows of one gradient and number of workers, in order. */
export function groupRows(rows: readonly ComparisonRow[]): readonly (readonly ComparisonRow[])[] {
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of rows) {
    const key = `${row.gradient.name} ${row.workers}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** First column to the left, the others to the right unless told. */
function aligned(rows: readonly (readonly string[])[], others: "left" | "right" = "right"): string[] {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)), []);
  return rows.map((row) =>
    `  ${row
      .map((cell, i) => (i === 0 || others === "left" ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")}`.trimEnd(),
  );
}

/** Four digits and a unit: `14.52 ms`. */
export function seconds(value: number): string {
  if (value === 0) return "0 s";
  const [scale, unit] = value < 1e-6 ? [1e9, "ns"] : value < 1e-3 ? [1e6, "us"] : value < 1 ? [1e3, "ms"] : [1, "s"];
  return `${Number((value * scale).toPrecision(4))} ${unit}`;
}

/** Decimal prefixes, as link rates have them. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3 + 1e-12));
  return `${Number((value / 1000 ** power).toPrecision(4))} ${units[power]}`;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}
