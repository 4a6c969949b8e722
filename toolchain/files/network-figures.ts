import type { LayerFigures } from "../../compiler/index.ts";
import type { ExhaustiveReport } from "../../compiler/network/training/index.ts";
import type { ConstructedNetworkSpec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import type { Compiled } from "../compile.ts";
import type { Network } from "../training/network.ts";

/** Null of other networks than constructed ones. */
type ConstructedFigures = {
  readonly [Key in "margin" | "neuron" | "threshold" | "outputs" | "residual"]: ConstructedNetworkSpec[Key] | null;
};

/** The network of one aggregate in figures: a part of summary.json. Plain data; nothing in it depends on clocks or caches. */
export interface NetworkFigures extends ConstructedFigures {
  readonly kind: string;
  /** Of the circuit: more than matrices, as splitters stand in layers of their own. */
  readonly layers: number;
  readonly trained: TrainedFigures | null;
  readonly imported: ImportedFigures | null;
  readonly perceptron: PerceptronFigures | null;
}

/** With the evaluation of the network in double precision, before it becomes a circuit: 0 vectors where a proof stands for them. */
export interface TrainedFigures extends ExhaustiveReport {
  /** What was trained, and on what. */
  readonly description: string;
  readonly notes: readonly string[];
  readonly seed: number;
  readonly target: number;
  /** target: it was reached; cycles: all of them were used; budget: the time was. */
  readonly endedBy: "target" | "cycles" | "budget";
  readonly steps: number;
  readonly loss: number;
}

export interface ImportedFigures {
  /** As the spec names it. */
  readonly weights: string;
  readonly sha256: string;
  /** Replaced layers, |W - W'| / |W| (Frobenius) each, and of how many blocks the optimum is certified. */
  readonly approximations: readonly {
    readonly layer: string;
    readonly relativeError: number;
    readonly certified: number;
    readonly blocks: number;
  }[];
}

export interface PerceptronFigures {
  /** Inputs first. */
  readonly widths: readonly number[];
  /** Product of all layers' attenuation, which the receivers' scale compensates. */
  readonly scaleProduct: number;
  readonly layers: readonly LayerMzis[];
}

export interface LayerMzis extends LayerFigures {
  /** Orthogonal meshes, and the attenuators and bias combiners behind them (Sigma_a U_a). */
  readonly mzisBlocks: number;
  /** Meshes and attenuators of singular value decompositions. */
  readonly mzisSvd: number;
  readonly mzisSplitters: number;
}

export function networkFigures(compiled: Compiled): NetworkFigures {
  const { spec, onn, network } = compiled;
  const constructed = spec.network.kind === "constructed" ? spec.network : null;
  return {
    kind: spec.network.kind,
    margin: constructed?.margin ?? null,
    neuron: constructed?.neuron ?? null,
    threshold: constructed?.threshold ?? null,
    outputs: constructed?.outputs ?? null,
    residual: constructed?.residual ?? null,
    layers: onn.layers.length,
    trained: network.kind === "trained" ? trainedFigures(network) : null,
    imported: network.kind === "imported" ? importedFigures(network) : null,
    perceptron: perceptronFigures(compiled),
  };
}

function trainedFigures({ spec, result }: Extract<Network, { kind: "trained" }>): TrainedFigures {
  const { network, report, summary } = result;
  const because = result.kind === "reached" ? "target" : result.because;
  // A cancelled training never gets here: it ends the command.
  if (because === "cancelled") throw new Error("a cancelled training was compiled");
  return {
    description: network.description,
    notes: summary.notes,
    seed: spec.seed,
    target: spec.target,
    endedBy: because,
    steps: summary.steps,
    loss: summary.loss,
    ...report,
  };
}

function importedFigures({ spec, sha256, approximations }: Extract<Network, { kind: "imported" }>): ImportedFigures {
  return {
    weights: spec.weights,
    sha256,
    approximations: approximations.map(({ layer, relativeError, certified }) => ({
      layer: layer.name,
      relativeError,
      certified,
      blocks: layer.blocks.length,
    })),
  };
}

function perceptronFigures({ perceptron, circuit }: Compiled): PerceptronFigures | null {
  if (perceptron === null) return null;
  const { layers, gain } = perceptron;
  const widths = [layers[0]!.cols, ...layers.map((layer) => layer.rows)];
  return { widths, scaleProduct: gain, layers: layerMzis(layers, circuit) };
}

/** Devices by the names that `mlpToOnn` gives its blocks: l3_u0, l3_d17, l3_w0_right, l3_copy5. */
function layerMzis(layers: readonly LayerFigures[], circuit: Circuit): LayerMzis[] {
  const counts = layers.map(() => ({ blocks: 0, svd: 0, splitters: 0 }));
  for (const { kind, meshes } of circuit.sections) {
    if (kind !== "layer") continue;
    for (const mesh of meshes) {
      const [, number, part] = /^l(\d+)_(u|d|w|constant|copy)/.exec(mesh.name) ?? [];
      const count = counts[Number(number) - 1];
      if (count === undefined) continue;
      const mzis = mesh.devices.filter((device) => device.kind !== "phase").length;
      if (part === "u" || part === "d") count.blocks += mzis;
      else if (part === "copy") count.splitters += mzis;
      else count.svd += mzis;
    }
  }
  return layers.map((layer, i) => {
    const { blocks, svd, splitters } = counts[i]!;
    return { ...layer, mzisBlocks: blocks, mzisSvd: svd, mzisSplitters: splitters };
  });
}
