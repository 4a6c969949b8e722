import { group } from "d3-array";
import { dtypeBits, grouped, measured, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import type { Comparison, ComparisonRow, TimedOutcome } from "./compare.ts";
import { reportCsv, reportJson, reportText } from "./report.ts";

/** Prints a comparison; every printer ends with a line feed. */

/** One table for each gradient and number of workers, then the inputs that all of it depends on. */
export function comparisonTable(comparison: Comparison): string {
  const blocks: string[] = [];
  for (const rows of groupRows(comparison.rows)) {
    const { gradient, workers } = rows[0]!;
    const title = `${gradient.name}: ${grouped(gradient.elements)} x ${comparison.dtype}, ${workers} workers${ofCollective(comparison)}${ofWords(comparison)}`;
    const iterations = rows.some(({ outcome }) => outcome.kind === "timed" && outcome.iterationRatio !== null);
    const head = [
      "algorithm",
      "bits",
      "accuracy loss",
      "steps",
      "bytes/worker",
      "volume",
      "lambdas",
      "loss",
      "time",
      "bus bandwidth",
      "energy",
      "x ring",
    ];
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
    blocks.push(
      [
        title,
        ...textTable(cells),
        ...refused,
        ...rows.flatMap(spreadLine),
        ...unitLines(comparison, rows),
        ...faults,
      ].join("\n"),
    );
  }
  const lost = comparison.rows.some(({ outcome }) => outcome.kind === "timed" && outcome.loss?.withinBudget === false);
  const notes = [...(lost ? ["! the loss of the longest path is above the budget"] : []), notModelled];
  return reportText([...blocks, notes.join("\n")], `inputs of cluster ${comparison.cluster}:`, comparison.inputs);
}

/** What no row pays; `optinc-framed` pays more than the rows beside it. */
const notModelled =
  "not modelled: packets and frames (only in switchml and optinc-framed); congestion control; NVLink's switches (only in nvls); contention of jobs";

export function ofWords({ wordBits }: { readonly wordBits: number | null }): string {
  return wordBits === null ? "" : `, words of ${wordBits} bits for all`;
}

function ofCollective({ collective }: Comparison): string {
  return collective === "all-reduce" ? "" : `, ${collective}`;
}

/** The units behind the rows, and what their circuit does not keep. */
function unitLines({ unit }: Comparison, rows: readonly ComparisonRow[]): string[] {
  const head = [
    "",
    "units",
    "MZIs",
    "lanes",
    "symbols",
    "light",
    "loss",
    "word errors",
    "yield",
    "exponents",
    "figures",
  ];
  const cells = rows.flatMap(({ algorithm, outcome }) => {
    if (outcome.kind === "refused" || outcome.unit === null) return [];
    const { units, mzis, lanes, symbolRateBd, latencyS, lossDb, wordErrorRate, exchangeS, standing } = outcome.unit;
    const good = outcome.unit.yield;
    const row = [
      algorithm,
      `${units}`,
      mzis === null ? "-" : `${mzis}`,
      `${lanes}`,
      measured(symbolRateBd, "Bd"),
      measured(latencyS, "s"),
      lossDb === null ? "-" : `${lossDb.toFixed(2)} dB`,
      wordErrorRate === null ? "-" : `${Number(wordErrorRate.toPrecision(3))}`,
      good === null ? "-" : `${percent(good.share)} of ${good.chips}`,
      measured(exchangeS, "s"),
      standing,
    ];
    return [row];
  });
  const some = rows.some(({ algorithm, outcome }) => algorithm.startsWith("optinc") && outcome.kind === "timed");
  const lines = cells.length === 0 ? [] : textTable([head, ...cells]);
  const assumed = "  optinc: figures of its units are assumed; --circuit takes them from a compiled one";
  if (unit === null || cells.length === 0) return some ? [...lines, assumed] : lines;
  const verdict =
    unit.fails.length === 0
      ? [`  ${unit.circuit} in ${unit.technology} keeps its budget`]
      : unit.fails.map((reason) => `  ${unit.circuit} in ${unit.technology} FAILS its budget: ${reason}`);
  return [...lines, ...verdict];
}

/** What chance does to a row. */
function spreadLine({ algorithm, outcome }: ComparisonRow): string[] {
  if (outcome.kind === "refused" || outcome.spread === null) return [];
  const { draws, leastS, mostS, deviationS } = outcome.spread;
  if (leastS === mostS) return [`  ${algorithm}: the same with each of ${draws} seeds`];
  return [
    `  ${algorithm}: mean of ${draws} seeds, ${measured(leastS, "s")} to ${measured(mostS, "s")}, standard deviation ${measured(deviationS, "s")}`,
  ];
}

/** As nccl-tests print: sizes below each other for every algorithm, times in us, bandwidths in GB/s; a hash begins what is no figure. */
export function sizesTable(comparison: Comparison): string {
  const head = ["#  size", "count", "type", "time", "algbw", "busbw", "set-up", "latency", "transmission", "reduction"];
  const units = ["#   (B)", "(elements)", "", "(us)", "(GB/s)", "(GB/s)", "(us)", "(us)", "(us)", "(us)"];
  const us = (value: number): string => `${Number((value * 1e6).toPrecision(4))}`;
  const blocks: string[] = [];
  for (const workers of new Set(comparison.rows.map((row) => row.workers))) {
    for (const name of new Set(comparison.rows.map(({ algorithm }) => algorithm))) {
      const rows = comparison.rows.filter((row) => row.workers === workers && row.algorithm === name);
      const cells = rows.flatMap(({ gradient: { elements }, outcome }) => {
        if (outcome.kind === "refused") return [];
        const { totalS, setupS, latencyS, transmissionS, reductionS } = outcome.timing;
        const size = (elements * dtypeBits[comparison.dtype]!) / 8;
        const rates = [size / totalS, outcome.busBandwidth].map((value) => `${Number((value / 1e9).toPrecision(4))}`);
        const parts = [setupS, latencyS, transmissionS, reductionS].map(us);
        return [[`${size}`, `${elements}`, comparison.dtype, us(totalS), ...rates, ...parts]];
      });
      const refused = rows.flatMap(({ outcome }) => (outcome.kind === "refused" ? [outcome.reason] : []));
      const title = `# ${name} of ${workers} workers on ${comparison.cluster}${ofCollective(comparison)}`;
      if (cells.length === 0) blocks.push(`${title}: ${refused[0]}`);
      else blocks.push([title, ...textTable([head, units, ...cells]).map((line) => line.slice(2))].join("\n"));
    }
  }
  const inputs = comparison.inputs.map(({ path, value, from }) => [`#   ${path}`, value, from === "file" ? "" : from]);
  const named = textTable(inputs, "all").map((line) => line.slice(2));
  return `${blocks.join("\n\n")}\n\n${[`# inputs of cluster ${comparison.cluster}:`, ...named].join("\n")}\n`;
}

function tableRow(algorithm: string, outcome: TimedOutcome, iterations: boolean): string[] {
  const { timing, loss } = outcome;
  const row = [
    outcome.unit !== null && outcome.unit.fails.length > 0 ? `${algorithm} !` : algorithm,
    outcome.widestBits === outcome.bits ? `${outcome.bits}` : `${outcome.bits}-${outcome.widestBits}`,
    outcome.isBaseline ? "baseline" : "not measured",
    `${timing.steps}`,
    measured(outcome.bytesPerWorker, "B"),
    outcome.volume.toPrecision(4),
    outcome.wavelengths === null ? "-" : `${outcome.wavelengths}`,
    loss === null ? "-" : `${loss.db.toFixed(1)} dB${loss.withinBudget ? "" : " !"}`,
    measured(timing.totalS, "s"),
    `${measured(outcome.busBandwidth, "B")}/s`,
    outcome.energy === null ? "-" : measured(outcome.energy.totalJ, "J"),
    outcome.ratio.toPrecision(4),
  ];
  if (iterations) row.push(outcome.iterationRatio === null ? "-" : outcome.iterationRatio.toPrecision(4));
  row.push(outcome.exact === null ? "-" : outcome.exact ? "yes" : "NO");
  return row;
}

const csvHead =
  "cluster,gradient,elements,dtype,workers,algorithm,wire_bits,steps,bytes_per_worker,volume,wavelengths,loss_db,loss_within_budget,time_s,time_least_s,time_most_s,time_deviation_s,seeds,setup_s,latency_s,transmission_s,reduction_s,bus_bandwidth_bytes_per_s,energy_j,adapters_j,transceivers_j,switches_j,circuit_j,ratio_to_ring,iteration_ratio,units,mzis,lanes,symbol_rate_bd,light_s,unit_loss_db,word_error_rate,yield,chips,exponents_s,unit_figures,unit_fails,exact,refused,collective,widest_bits,accuracy_loss,inputs";

/** One line a row; the last column names the inputs of the row's algorithm with their values. */
export function comparisonCsv(comparison: Comparison, inputsOf: (algorithm: string) => readonly string[]): string {
  const lines = comparison.rows.map(({ algorithm, workers, gradient, outcome }) => {
    const used = inputsOf(algorithm);
    const inputs = comparison.inputs
      .filter(({ path }) => used.includes(path))
      .map(({ path, value }) => `${path} = ${value}`)
      .join("; ");
    const timed = outcome.kind === "timed" ? outcome : null;
    const { timing, loss, spread, energy, unit } = timed ?? {};
    return [
      ...[comparison.cluster, gradient.name, gradient.elements, comparison.dtype, workers, algorithm, timed?.bits],
      ...[timing?.steps, timed?.bytesPerWorker, timed?.volume, timed?.wavelengths, loss?.db, loss?.withinBudget],
      ...[timing?.totalS, spread?.leastS, spread?.mostS, spread?.deviationS, spread?.draws],
      ...[timing?.setupS, timing?.latencyS, timing?.transmissionS, timing?.reductionS, timed?.busBandwidth],
      ...[energy?.totalJ, energy?.adaptersJ, energy?.transceiversJ, energy?.switchesJ, energy?.circuitJ],
      ...[timed?.ratio, timed?.iterationRatio],
      ...[unit?.units, unit?.mzis, unit?.lanes, unit?.symbolRateBd, unit?.latencyS, unit?.lossDb, unit?.wordErrorRate],
      ...[unit?.yield?.share, unit?.yield?.chips, timing?.exponentsS, unit?.standing, unit?.fails.join("; ")],
      ...[timed?.exact, outcome.kind === "refused" ? outcome.reason : "", comparison.collective, timed?.widestBits],
      timed === null ? null : timed.isBaseline ? 0 : "not measured",
      inputs,
    ];
  });
  return reportCsv(csvHead, lines);
}

export function comparisonJson(comparison: Comparison, inputsOf: (algorithm: string) => readonly string[]): string {
  const rows = comparison.rows.map((row) => ({ ...row, inputs: inputsOf(row.algorithm) }));
  return reportJson("comparison", { ...comparison, rows });
}

/** Rows of one gradient and number of workers, in order. */
export function groupRows<Row extends Pick<ComparisonRow, "gradient" | "workers">>(
  rows: readonly Row[],
): readonly (readonly Row[])[] {
  return [...group(rows, ({ gradient, workers }) => `${gradient.name} ${workers}`).values()];
}
