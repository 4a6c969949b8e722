import { expect, it } from "vitest";
import { algorithms, findAlgorithm } from "../../collectives/index.ts";
import { synthesise } from "../../compiler/synthesise.ts";
import { defaultCluster } from "../../dsl/index.ts";
import { verifyCircuit } from "../../verify/index.ts";
import { expectExactSum } from "../collectives/exact-sum.ts";
import { expectProof, specOf } from "../compiler/specs.ts";

const cluster = defaultCluster(16);
const defined = algorithms
  .map(({ name }) => name)
  .filter((name) => findAlgorithm(name)!.refuses(cluster, 1024) === null);

it.each(defined)("%s gives 1024 workers the exact sum", (name) => {
  expectExactSum(name, cluster, 1024);
});

it("a cascade of 1024 workers is proved, and right on sampled words", () => {
  const { circuit } = synthesise(
    specOf(1024, 8, 4, "half-up", true, 0.25, { kind: "cascade", fanIn: [4, 4, 4, 4, 4] }),
  );
  expectProof(circuit, "1024 workers");
  const report = verifyCircuit(circuit, { inputs: { kind: "sampled", samples: 64 }, seed: 1 });
  expect(report).toMatchObject({ wrong: 0, counterexample: null });
  expect(report.worstReceiverError).toBeLessThan(1e-9);
});
