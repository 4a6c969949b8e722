import { readFileSync } from "node:fs";
import type { TrainingSettings } from "../../compiler/network/training/index.ts";
import { parseSpecs, type Spec } from "../../dsl/index.ts";
import { targets } from "../../netlist/index.ts";
import { readTechnology, type Technology } from "../../physics/index.ts";
import { trainingOf } from "../../toolchain/index.ts";

/** The spec that a text describes, read as a user's would be; everything that the text does not name is the language's default. */
export function specFrom(text: string): Spec {
  const { value, diagnostics } = parseSpecs({ name: "bench", text }, { emitTargets: targets.map(({ name }) => name) });
  const [spec] = value ?? [];
  if (spec === undefined) throw new Error(`the bench's own spec does not check: ${diagnostics[0]?.message}`);
  return spec;
}

/** A technology that is shipped, by its name. */
export function shipped(name: string): Technology {
  const levels = import.meta.url.endsWith(".ts") ? "../../" : "../../../";
  const text = readFileSync(new URL(`${levels}technologies/${name}.yaml`, import.meta.url), "utf8");
  const { value } = readTechnology({ name: `${name}.yaml`, text });
  if (value === null) throw new Error(`technologies/${name}.yaml does not check`);
  return value;
}

/** Signed half-up means of `workers` words of `bits` bits in 4 levels; `more` are further settings. */
export function meanSpec(workers: number, bits: number, more: string = ""): Spec {
  return specFrom(
    `aggregate mean-${workers}x${bits} { workers ${workers}; precision ${bits} bits; levels 4; ${more} }`,
  );
}

/** What `network trained` asks of the training engine where a spec says no more, on two threads. */
export function usualTraining(): TrainingSettings {
  const spec = meanSpec(4, 8, "network trained");
  if (spec.network.kind !== "trained") throw new Error("the bench's own spec is not trained");
  return trainingOf(spec, spec.network, null, 2).settings;
}
