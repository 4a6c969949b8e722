import type { Spec } from "../../dsl/index.ts";
import { sizeProblem } from "../../toolchain/index.ts";
import { exitCode } from "../exit.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import type { NetworkOptions, NetworkOutcome } from "./perceptron.ts";

/** The network that a spec asks for, trained or read where it is not constructed. */
export async function networkFor(terminal: Terminal, spec: Spec, options: NetworkOptions): Promise<NetworkOutcome> {
  const { network } = spec;
  const tooLarge = sizeProblem(spec, null);
  if (tooLarge !== null) {
    reportDiagnostics(terminal, null, [tooLarge]);
    return { kind: "failed", code: exitCode.invalidInput };
  }
  switch (network.kind) {
    case "constructed":
      return { kind: "ready", network: { kind: "constructed" }, manifest: { kind: "constructed" }, cached: false };
    case "imported":
      return await (await import("./perceptron.ts")).readNetwork(terminal, spec, network, options.specPath);
    case "trained":
      return await (await import("./perceptron.ts")).trainNetwork(terminal, spec, network, options);
  }
}
