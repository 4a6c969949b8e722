import { placed } from "../../dsl/index.ts";
import { checkWorkers, type GradientArray, readNpy } from "../../verify/index.ts";
import { dataBytes, displayName, readBytes } from "../files/read.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";

/** The gradients of a .npy file for circuits of so many workers each; what is wrong with it is said. */
export async function readGradients(
  terminal: Terminal,
  file: string,
  workers: readonly number[],
): Promise<GradientArray | "unusable"> {
  const bytes = await readBytes(file, dataBytes);
  reportDiagnostics(terminal, null, bytes.diagnostics);
  if (bytes.value === null) return "unusable";
  const name = displayName(file);
  const { value, findings } = readNpy(bytes.value, name);
  const mismatches = value === null ? [] : workers.flatMap((each) => checkWorkers(value, each, name));
  const diagnostics = [...findings, ...mismatches].map((finding) => placed(finding, null));
  reportDiagnostics(terminal, null, diagnostics);
  return value === null || hasErrors(diagnostics) ? "unusable" : value;
}
