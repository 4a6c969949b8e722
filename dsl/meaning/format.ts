import type { ApproximateSpec, NetworkSpec, Spec, TrainedNetworkSpec, VerifyInputs } from "./spec.ts";

/**
 * Specs as canonical text of the spec language: every setting written out, defaults too, one blank line between
 * aggregates. Parsing it gives the same specs, with empty `defaults`.
 */
export function formatSpecs(specs: readonly Spec[]): string {
  return specs.map(formatSpec).join("\n");
}

export function formatSpec(spec: Spec): string {
  const lines = [
    `  workers   ${spec.workers}`,
    `  topology  ${spec.topology.kind === "single" ? "single" : `cascade ${spec.topology.fanIn.join(" x ")}`}`,
    `  precision ${spec.precisionBits} ${spec.precisionBits === 1 ? "bit" : "bits"}`,
    `  levels    ${spec.levels}`,
    `  ${spec.signed ? "signed" : "unsigned"}`,
    `  rounding  ${spec.rounding}`,
    "",
    ...formatNetwork(spec.network),
    "",
    "  verify {",
    `    against ${spec.verify.against}`,
    `    inputs  ${formatInputs(spec.verify.inputs)}`,
    "  }",
    "",
    `  emit ${spec.emit.join(", ")}`,
  ];
  return `aggregate ${spec.name} {\n${lines.join("\n")}\n}\n`;
}

function formatNetwork(network: NetworkSpec): string[] {
  switch (network.kind) {
    case "constructed":
      return ["  network constructed {", `    margin ${network.margin}`, "  }"];
    case "trained":
      return ["  network trained {", ...formatTrained(network).map((line) => `    ${line}`), "  }"];
    case "imported":
      return [
        "  network imported {",
        `    weights "${network.weights.replace(/["\\]/g, (c) => `\\${c}`)}"`,
        `    activation ${network.activation}`,
        `    approximate ${formatLayers(network.approximate)}`,
        "  }",
      ];
    default:
      return network satisfies never;
  }
}

function formatTrained(network: TrainedNetworkSpec): string[] {
  return [
    `structure ${network.structure}`,
    `hidden ${network.hidden.join(" ")}`,
    `analog-inputs ${network.analogInputs}`,
    `approximate ${formatLayers(network.approximate)}`,
    `approximation ${network.approximation}`,
    `project-every ${network.projectEvery}`,
    `seed ${network.seed}`,
    `target ${network.target}`,
    `budget ${network.budgetS} s`,
    `loss ${network.loss}`,
    `learning-rate ${network.learningRate}`,
    `batch ${network.batch}`,
    `steps ${network.steps}`,
    `cycles ${network.cycles}`,
    `hard-share ${network.hardShare}`,
    ...(network.threads === null ? [] : [`threads ${network.threads}`]),
  ];
}

function formatLayers(approximate: ApproximateSpec): string {
  return approximate.kind === "layers" ? `layers ${approximate.first}..${approximate.last}` : approximate.kind;
}

function formatInputs(inputs: VerifyInputs): string {
  switch (inputs.kind) {
    case "exhaustive":
    case "proof":
      return inputs.kind;
    case "sampled":
      return `sampled ${inputs.samples}`;
    default:
      return inputs satisfies never;
  }
}
