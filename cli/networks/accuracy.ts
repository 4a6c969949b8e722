import { type Accuracy, accuracyText, type Measure, measureAccuracy } from "../../toolchain/index.ts";
import { entryPath, readEntry, writeEntry } from "../files/cache-entries.ts";
import { circuitHash } from "../files/circuit-hash.ts";
import { pack, sha256, unpack } from "../files/pack.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { codeVersion } from "../version.ts";

/** Measures once: the same circuit, inputs, seed and checking code give the same result, which the cache keeps. */
export function rememberedMeasure(terminal: Terminal, cache: string | null): Measure {
  if (cache === null) return measureAccuracy;
  return async (spec, circuit, seed, progress, signal) => {
    const { inputs } = spec.verify;
    const what = { circuit: circuitHash(circuit), inputs, seed, code: codeVersion };
    const path = entryPath(cache, "verification", sha256(JSON.stringify(what)));
    const reading = readEntry(path);
    if (reading.kind === "found") return (unpack(reading.bytes) as { readonly accuracy: Accuracy }).accuracy;
    if (reading.kind === "unusable") reportDiagnostics(terminal, null, [reading.diagnostic]);
    const accuracy = await measureAccuracy(spec, circuit, seed, progress, signal);
    const failed = writeEntry(path, pack({ about: `${spec.name}: ${accuracyText(accuracy)}`, accuracy }));
    if (failed !== null) reportDiagnostics(terminal, null, [failed]);
    return accuracy;
  };
}
