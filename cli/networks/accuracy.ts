import { createHash } from "node:crypto";
import { type Diagnostic, grouped, type Spec } from "../../dsl/index.ts";
import { type Circuit, serializeCircuit } from "../../netlist/index.ts";
import { type VerificationReport, verifyCircuit } from "../../verify/index.ts";
import { entryPath, readEntry, writeEntry } from "../files/cache.ts";
import { checkingVersion } from "../files/engine-version.ts";
import { pack, sha256, unpack } from "../files/pack.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import { plainDiagnostic } from "../text/findings.ts";
import { startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";
import { percent } from "./train.ts";

/** What verification found of a circuit that claims nothing and can only be tried. */
export type Accuracy = Pick<
  VerificationReport,
  "mode" | "through" | "vectors" | "wrong" | "errors" | "errorRateUpper95" | "seed" | "worstReceiverError"
>;

/**
 * Sends the words that the spec asks for through the circuit. The very same circuit, inputs and checking code give the
 * same result, which is kept in the cache.
 */
export function measureAccuracy(
  terminal: Terminal | null,
  spec: Spec,
  circuit: Circuit,
  seed: number,
  cache: string | null,
): Accuracy {
  const { inputs } = spec.verify;
  const what = { circuit: hashOf(circuit), inputs, seed, code: checkingVersion() };
  const path = cache === null ? null : entryPath(cache, "verification", sha256(JSON.stringify(what)));
  if (path !== null) {
    const reading = readEntry(path);
    if (reading.kind === "found") return (unpack(reading.bytes) as { readonly accuracy: Accuracy }).accuracy;
    if (reading.kind === "unusable" && terminal !== null) reportDiagnostics(terminal, null, [reading.diagnostic]);
  }
  const line = terminal === null ? null : startProgress(terminal, `check ${spec.name}`, "words");
  let report: VerificationReport;
  try {
    report = verifyCircuit(circuit, { inputs, seed }, (done, total) => line?.update(done, total));
  } finally {
    line?.end();
  }
  const { mode, through, vectors, wrong, errors, errorRateUpper95, worstReceiverError } = report;
  const accuracy = { mode, through, vectors, wrong, errors, errorRateUpper95, seed, worstReceiverError };
  if (path !== null) {
    const failed = writeEntry(path, pack({ about: `${spec.name}: ${accuracyText(accuracy)}`, accuracy }));
    if (failed !== null && terminal !== null) reportDiagnostics(terminal, null, [failed]);
  }
  return accuracy;
}

function hashOf(circuit: Circuit): string {
  const hash = createHash("sha256");
  for (const piece of serializeCircuit(circuit)) hash.update(piece);
  return hash.digest("hex");
}

/** Whether as many words are right as the target asks for. */
export function reaches({ vectors, wrong }: Pick<Accuracy, "vectors" | "wrong">, target: number): boolean {
  return wrong <= Math.floor((1 - target) * vectors + 1e-9);
}

/** The line for people. */
export function accuracyText({ mode, through, vectors, wrong, errorRateUpper95, seed }: Accuracy): string {
  const way = through === "devices" ? "through the devices" : "through matrices composed through the devices";
  if (mode === "sampled") {
    const bound =
      errorRateUpper95 === null ? "" : `: error rate below ${errorRateUpper95.toExponential(2)} at 95 % confidence`;
    return `${grouped(wrong)} of ${grouped(vectors)} sampled words wrong ${way} (seed ${seed})${bound}`;
  }
  if (wrong === 0) return `checked on all ${grouped(vectors)} words ${way}: every one is right`;
  return `accuracy ${percent(1 - wrong / vectors)} on all ${grouped(vectors)} words ${way}: ${grouped(wrong)} wrong`;
}

/** Values of the word error and their shares among the wrong words, as the paper's Table II: `+1 (90 %), -64 (10 %)`. */
export function errorsText(
  errors: readonly { readonly value: number; readonly count: number }[],
  most: number = 8,
): string {
  const wrong = errors.reduce((sum, error) => sum + error.count, 0);
  const shown = errors.slice(0, most).map(({ value, count }) => {
    const share = (100 * count) / wrong;
    return `${value > 0 ? "+" : ""}${value} (${share >= 10 ? Math.round(share) : share.toPrecision(2)} %)`;
  });
  const rest = errors.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? `, and ${rest} other values` : ""}`;
}

/** The error for a network that is right too seldom. */
export function belowTarget(name: string, accuracy: Accuracy, target: number, help: string | null): Diagnostic {
  const { mode, vectors, wrong, errors } = accuracy;
  const which = mode === "sampled" ? `${grouped(vectors)} sampled words` : `all ${grouped(vectors)} words`;
  const message = `${name} is right on ${percent(1 - wrong / vectors)} of ${which}, below the target of ${percent(target)}; errors: ${errorsText(errors)}`;
  return plainDiagnostic("OPT0620", message, help);
}
