import { expect, test } from "vitest";
import { parseSpecs } from "../../dsl/index.ts";
import { networkOfTraining } from "../../toolchain/index.ts";
import { specOf } from "../compiler/specs.ts";

test("what is advised in backticks is a setting that the spec takes, or an option", () => {
  const spec = { ...specOf(2, 2, 4), network: trainedSpec() };
  if (spec.network.kind !== "trained") throw new Error("not trained");
  const advice = [
    { setting: "rate", value: "0.0009999999", reason: "a" },
    { setting: "batch", value: "2048", reason: "b" },
    { setting: "hidden", value: "wider", reason: "c" },
    { setting: "resume", value: "", reason: "d" },
  ];
  const { diagnostics } = networkOfTraining("a", spec.network, { kind: "diverged", step: 1, loss: 1, advice });
  const help = diagnostics[0]!.help!;
  expect(help).toContain("`learning-rate 0.001`");
  for (const [, words] of help.matchAll(/`([^`]*)`/g)) {
    if (words === "--resume" || words === "hidden") continue;
    const text = `aggregate a { workers 2; precision 2 bits; network trained { ${words} } }`;
    expect(parseSpecs({ name: "a.optinc", text }, { emitTargets: [] }).diagnostics, words).toEqual([]);
  }
});

function trainedSpec() {
  const text = "aggregate a { workers 2; precision 2 bits; network trained }";
  return parseSpecs({ name: "a.optinc", text }, { emitTargets: ["spice", "phases"] }).value![0]!.network;
}
