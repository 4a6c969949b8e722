import { type Accuracy, accuracyText, type Measure, measureAccuracy } from "../../toolchain/index.ts";
import { circuitHash } from "../files/circuit-hash.ts";
import { openFinished } from "../files/finished-results.ts";
import { sha256 } from "../files/pack.ts";
import type { Terminal } from "../text/terminal.ts";
import { codeVersion } from "../version.ts";

/** Measures once: the same circuit, inputs, seed and checking code give the same result, which the cache keeps. */
export function rememberedMeasure(terminal: Terminal, cache: string | null): Measure {
  if (cache === null) return measureAccuracy;
  const finished = openFinished<Accuracy>(terminal, cache, "verification");
  return async (spec, circuit, seed, progress, signal) => {
    const { inputs } = spec.verify;
    const key = sha256(JSON.stringify({ circuit: circuitHash(circuit), inputs, seed, code: codeVersion }));
    const found = finished.find(key);
    if (found !== null) return found;
    const accuracy = await measureAccuracy(spec, circuit, seed, progress, signal);
    finished.add(key, `${spec.name}: ${accuracyText(accuracy)}`, accuracy);
    return accuracy;
  };
}
