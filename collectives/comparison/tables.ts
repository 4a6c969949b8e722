import { group } from "d3-array";
import { dtypeBits, grouped, measured, percent } from "../../dsl/index.ts";
import { type Columns, cellsOf, textTable } from "../../formats/index.ts";
import type { UnitOutcome } from "../timing/unit.ts";
import type { Comparison, ComparisonRow, TimedOutcome } from "./compare.ts";
import { refusedLines, reportCsv, reportJson, reportText, seconds, withFigures } from "./report.ts";

/** Prints a comparison; every printer ends with a line feed. */

type TimedRow = ComparisonRow & TimedOutcome;

/** `iteration` stands where there are compute shares. */
const columns: Columns<TimedRow> = [
  ["algorithm", ({ algorithm, unit }) => (unit !== null && unit.fails.length > 0 ? `${algorithm} !` : algorithm)],
  ["bits", ({ bits, widestBits }) => (widestBits === bits ? `${bits}` : `${bits}-${widestBits}`)],
  ["accuracy loss", ({ isBaseline }) => (isBaseline ? "baseline" : "not measured")],
  ["steps", ({ timing }) => `${timing.steps}`],
  ["bytes/worker", ({ bytesPerWorker }) => measured(bytesPerWorker, "B")],
  ["volume", ({ volume }) => volume.toPrecision(4)],
  ["lambdas", ({ wavelengths }) => `${wavelengths ?? "-"}`],
  ["loss", ({ loss }) => (loss === null ? "-" : `${loss.db.toFixed(1)} dB${loss.withinBudget ? "" : " !"}`)],
  ["time", ({ timing }) => seconds(timing.totalS)],
  ["bus bandwidth", ({ busBandwidth }) => `${measured(busBandwidth, "B")}/s`],
  ["energy", ({ energy }) => (energy === null ? "-" : measured(energy.totalJ, "J"))],
  ["x ring", ({ ratio }) => ratio.toPrecision(4)],
  ["iteration", ({ iterationRatio }) => iterationRatio?.toPrecision(4) ?? "-"],
  ["exact", ({ exact }) => (exact === null ? "-" : exact ? "yes" : "NO")],
];

/** One table for each gradient and number of workers, then the inputs that all of it depends on. */
export function comparisonTable(comparison: Comparison): string {
  const blocks = groupRows(comparison.rows).map((rows) => {
    const { gradient, workers } = rows[0]!;
    const timed = withFigures(rows);
    const iterations = timed.some(({ iterationRatio }) => iterationRatio !== null);
    const shown = columns.filter(([head]) => head !== "iteration" || iterations);
    return [
      `${gradient.name}: ${grouped(gradient.elements)} x ${comparison.dtype}, ${workers} workers${ofCollective(comparison)}${ofWords(comparison)}`,
      ...textTable(cellsOf(shown, timed)),
      ...refusedLines(rows),
      ...timed.flatMap(spreadLine),
      ...unitLines(comparison, timed),
      ...timed.flatMap(({ algorithm, faults }) =>
        faults.slice(0, 1).map(({ message }) => `  ${algorithm}: ${message}`),
      ),
    ].join("\n");
  });
  const lost = withFigures(comparison.rows).some(({ loss }) => loss?.withinBudget === false);
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

const unitColumns: Columns<UnitOutcome & { readonly algorithm: string }> = [
  ["", ({ algorithm }) => algorithm],
  ["units", ({ units }) => `${units}`],
  ["MZIs", ({ mzis }) => `${mzis ?? "-"}`],
  ["lanes", ({ lanes }) => `${lanes}`],
  ["symbols", ({ symbolRateBd }) => measured(symbolRateBd, "Bd")],
  ["light", ({ latencyS }) => seconds(latencyS)],
  ["loss", ({ lossDb }) => (lossDb === null ? "-" : `${lossDb.toFixed(2)} dB`)],
  ["word errors", ({ wordErrorRate }) => (wordErrorRate === null ? "-" : `${Number(wordErrorRate.toPrecision(3))}`)],
  ["yield", ({ yield: good }) => (good === null ? "-" : `${percent(good.share)} of ${good.chips}`)],
  ["exponents", ({ exchangeS }) => seconds(exchangeS)],
  ["figures", ({ standing }) => standing],
];

/** The units behind the rows, and what their circuit does not keep. */
function unitLines({ unit }: Comparison, rows: readonly TimedRow[]): readonly string[] {
  const units = rows.flatMap(({ algorithm, unit: own }) => (own === null ? [] : [{ algorithm, ...own }]));
  const lines = units.length === 0 ? [] : textTable(cellsOf(unitColumns, units));
  const assumed = "  optinc: figures of its units are assumed; --circuit takes them from a compiled one";
  if (unit === null || units.length === 0) {
    return rows.some(({ algorithm }) => algorithm.startsWith("optinc")) ? [...lines, assumed] : lines;
  }
  const of = `  ${unit.circuit} in ${unit.technology}`;
  const verdict = unit.fails.map((reason) => `${of} FAILS its budget: ${reason}`);
  return [...lines, ...(verdict.length === 0 ? [`${of} keeps its budget`] : verdict)];
}

/** What chance does to a row. */
function spreadLine({ algorithm, spread }: TimedRow): readonly string[] {
  if (spread === null) return [];
  const { draws, leastS, mostS, deviationS } = spread;
  if (leastS === mostS) return [`  ${algorithm}: the same with each of ${draws} seeds`];
  return [
    `  ${algorithm}: mean of ${draws} seeds, ${seconds(leastS)} to ${seconds(mostS)}, standard deviation ${seconds(deviationS)}`,
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
      const cells = withFigures(rows).map(({ gradient: { elements }, timing, busBandwidth }) => {
        const { totalS, setupS, latencyS, transmissionS, reductionS } = timing;
        const size = (elements * dtypeBits[comparison.dtype]!) / 8;
        const rates = [size / totalS, busBandwidth].map((value) => `${Number((value / 1e9).toPrecision(4))}`);
        const parts = [setupS, latencyS, transmissionS, reductionS].map(us);
        return [`${size}`, `${elements}`, comparison.dtype, us(totalS), ...rates, ...parts];
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
