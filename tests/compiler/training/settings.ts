import type { TrainingSettings } from "../../../compiler/network/training/index.ts";
import { parseSpecs } from "../../../dsl/index.ts";
import { trainingOf } from "../../../toolchain/index.ts";

/** What a spec that says no more than `network trained` asks of the training engine, on two threads. */
export const defaultSettings: TrainingSettings = settingsOf("aggregate a { workers 4; precision 8; network trained }");

function settingsOf(text: string): TrainingSettings {
  const [spec] = parseSpecs({ name: "a", text }, { emitTargets: ["spice", "phases"] }).value!;
  if (spec!.network.kind !== "trained") throw new Error("not trained");
  return trainingOf(spec!, spec!.network, null, 2).settings;
}
