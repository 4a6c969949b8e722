import {
  aggregationOf,
  estimateConstructedBytes,
  estimatePerceptronBytes,
  isApproximated,
  type LayerSize,
  type Mlp,
} from "../../compiler/index.ts";
import { type Diagnostic, limits, plainDiagnostic, type Spec, type TrainedNetworkSpec } from "../../dsl/index.ts";
import { trainingOf } from "../training/training-request.ts";

/**
 * OPT0647 before any work where circuit.json would exceed what optinc reads back, else null. `network` is null for constructed ones and
 * before it is read or trained.
 */
export function sizeProblem(spec: Spec, network: Mlp | null): Diagnostic | null {
  const bytes = estimateBytes(spec, network);
  if (bytes <= limits.circuitBytes) return null;
  const [most, estimated] = [limits.circuitBytes, bytes].map((each) => Math.round(each / 2 ** 20));
  const message = `the circuit of ${spec.name} would be too large to read back: about ${estimated} MiB of circuit.json, at most ${most} MiB are read`;
  return plainDiagnostic("OPT0647", message, helpFor(spec));
}

function helpFor(spec: Spec): string {
  if (spec.network.kind !== "constructed") return "take narrower layers, or approximate more of them";
  return spec.topology.kind === "cascade"
    ? "take fewer levels of wider units in `topology cascade`, fewer bits, or more `levels` of light"
    : "take fewer workers or bits";
}

/** Bytes of circuit.json, at least as many as there will be; 0 of what is not known yet. */
export function estimateBytes(spec: Spec, network: Mlp | null): number {
  return (spec.technology === null ? 1 : LOSSES) * idealEstimate(spec, network);
}

/** What a circuit of a technology has beside the devices: waveguides, and what every device loses. */
const LOSSES = 2;

function idealEstimate(spec: Spec, network: Mlp | null): number {
  const aggregation = aggregationOf(spec);
  if (network !== null) return estimatePerceptronBytes(aggregation, network.layers);
  switch (spec.network.kind) {
    case "constructed":
      return estimateConstructedBytes(aggregation, spec.network);
    case "trained":
      return estimatePerceptronBytes(aggregation, shapesOf(spec, spec.network));
    case "imported":
      return 0;
  }
}

/** The layers that will be trained. */
function shapesOf(spec: Spec, network: TrainedNetworkSpec): readonly LayerSize[] {
  const { task } = trainingOf(spec, network, 1, 1);
  const { approximate, hidden, inputs, aggregation } = task;
  if (inputs > aggregation.symbols) return [];
  const widths = [inputs, ...hidden, aggregation.symbols];
  return hidden.concat(aggregation.symbols).map((rows, l): LayerSize => {
    return { kind: isApproximated(approximate, l + 1) ? "factored" : "dense", rows, cols: widths[l]! };
  });
}
