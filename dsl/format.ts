import type { NetworkSpec, Spec, VerifyInputs } from "./spec.ts";

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
    default:
      return network.kind satisfies never;
  }
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
