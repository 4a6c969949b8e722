import { grouped, percent } from "../../dsl/index.ts";
import { barPanel, type Columns, cellsOf, picture, textTable } from "../../formats/index.ts";
import { inputsPanel } from "../comparison/plot.ts";
import { refusedLines, reportCsv, reportText, seconds, withFigures } from "../comparison/report.ts";
import { ofWords } from "../comparison/tables.ts";
import type { IterationBlock, IterationOutcome, IterationRow, Iterations } from "./iteration.ts";

/** Prints iterations; every printer ends with a line feed. */

const how = { data: "data parallel", sharded: "sharded parameters" } as const;

const columns: Columns<IterationRow & IterationOutcome> = [
  ["algorithm", ({ algorithm }) => algorithm],
  ["communication", ({ communicationS }) => seconds(communicationS)],
  ["share", ({ communicationShare }) => percent(communicationShare)],
  ["iteration", ({ plainS }) => seconds(plainS)],
  ["x ring", ({ plainRatio }) => plainRatio.toPrecision(4)],
  ["overlapped", ({ overlappedS }) => seconds(overlappedS)],
  ["exposed", ({ exposedS }) => seconds(exposedS)],
  ["x ring", ({ overlappedRatio }) => overlappedRatio.toPrecision(4)],
];

export function iterationsTable(iterations: Iterations): string {
  const blocks = iterations.blocks.map((block) => {
    const table = textTable(cellsOf(columns, withFigures(block.rows)));
    return [...headOf(iterations, block), ...table, ...refusedLines(block.rows)].join("\n");
  });
  const unknown = iterations.unknown.map((name) => `${name}: its layers are not known`);
  const parts = [...blocks, ...(unknown.length === 0 ? [] : [unknown.join("\n")])];
  return reportText(parts, `inputs of cluster ${iterations.cluster}:`, iterations.inputs);
}

function headOf({ batch, sharding, dtype, wordBits }: Iterations, block: IterationBlock): readonly string[] {
  const { model, workers, parameters, forwardS, backwardS, layers, memoryBound, buckets } = block;
  return [
    `${model}: ${grouped(parameters)} x ${dtype}, ${workers} workers, ${how[sharding]}, ${batch} samples a worker${ofWords({ wordBits })}`,
    `  compute ${seconds(forwardS + backwardS)} (forward ${seconds(forwardS)}, backward ${seconds(backwardS)}; ${memoryBound} of ${layers} layers wait for memory), ${buckets} buckets`,
  ];
}

const csvHead =
  "cluster,model,parameters,dtype,workers,sharding,batch,forward_s,backward_s,buckets,algorithm,communication_s,communication_share,iteration_s,iteration_ratio,overlapped_s,exposed_s,overlapped_ratio,refused";

export function iterationsCsv(iterations: Iterations): string {
  const { dtype, sharding, batch } = iterations;
  const lines = iterations.blocks.flatMap(({ model, parameters, workers, forwardS, backwardS, buckets, rows }) =>
    rows.map(({ algorithm, outcome }) => {
      const timed = outcome.kind === "timed" ? outcome : null;
      return [
        iterations.cluster,
        ...[model, parameters, dtype, workers, sharding, batch, forwardS, backwardS, buckets, algorithm],
        ...[timed?.communicationS, timed?.communicationShare, timed?.plainS, timed?.plainRatio],
        ...[timed?.overlappedS, timed?.exposedS, timed?.overlappedRatio],
        outcome.kind === "refused" ? outcome.reason : "",
      ];
    }),
  );
  return reportCsv(csvHead, lines);
}

/** A panel a model and number of workers: compute, and what overlap leaves to wait for. */
export function iterationsSvg(iterations: Iterations): string {
  const panels = iterations.blocks.map((block) => {
    const { model, workers, forwardS, backwardS } = block;
    const bars = withFigures(block.rows).map(({ algorithm, overlappedS, exposedS, plainS }) => {
      const parts = [forwardS, backwardS, Math.max(0, exposedS), Math.max(0, plainS - overlappedS)];
      return { name: algorithm, parts, note: `${seconds(overlappedS)} (${seconds(plainS)})` };
    });
    return barPanel({
      title: `Iteration of ${model} on ${iterations.cluster}: ${workers} workers, ${iterations.batch} samples each, ${how[iterations.sharding]}`,
      axis: { title: "time of an iteration, with overlap (without)", format: seconds },
      legend: ["forward", "backward", "communication exposed", "hidden by overlap"],
      bars,
      isRanked: true,
    });
  });
  return picture([...panels, inputsPanel(iterations.inputs)]);
}
