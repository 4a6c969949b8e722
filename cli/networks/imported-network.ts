import { dirname, isAbsolute, join } from "node:path";
import type { ImportedNetworkSpec, Spec } from "../../dsl/index.ts";
import { importNetwork, sizeProblem } from "../../toolchain/index.ts";
import { exitCode } from "../exit.ts";
import { dataBytes, readBytes } from "../files/read.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import type { NetworkOutcome } from "./outcome.ts";

/** The network of a weights file, which is meant relative to the spec. */
export async function readNetwork(
  terminal: Terminal,
  spec: Spec,
  network: ImportedNetworkSpec,
  specPath: string,
): Promise<NetworkOutcome> {
  const beside = specPath === "-" || isAbsolute(network.weights);
  const path = beside ? network.weights : join(dirname(specPath), network.weights);
  const bytes = await readBytes(path, dataBytes);
  reportDiagnostics(terminal, null, bytes.diagnostics);
  if (bytes.value === null) return { kind: "failed", code: exitCode.invalidInput };
  const { value, diagnostics } = importNetwork(spec, { name: path, bytes: bytes.value });
  reportDiagnostics(terminal, null, diagnostics);
  if (value === null) return { kind: "failed", code: exitCode.invalidInput };
  const tooLarge = sizeProblem(spec, value.mlp);
  if (tooLarge !== null) {
    reportDiagnostics(terminal, null, [tooLarge]);
    return { kind: "failed", code: exitCode.invalidInput };
  }
  const manifest = { kind: "imported" as const, weights: network.weights, sha256: value.sha256 };
  return { kind: "ready", network: value, manifest, cached: false };
}
