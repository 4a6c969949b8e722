import { formatNumber } from "../../circuit/numbers.ts";
import { type LinearBlock, leftOut, lossySteps } from "../block.ts";
import { couplersAlike } from "../ideal-only.ts";
import { identifierOf } from "../identifiers.ts";
import { blockFiles } from "../join.ts";
import { tooLarge } from "../sax/writer.ts";
import type { Target } from "../target.ts";

/**
 * Blackbird 1.0 (.xbb) for Strawberry Fields and Piquasso: mode i of the program is port i of the block. A MZgate is our
 * MZI, an attenuator a LossChannel with the same phase, an absorber a LossChannel of transmission 0.
 */
export const blackbirdTarget: Target = {
  name: "blackbird",
  summary: "program of MZgates for Strawberry Fields or Piquasso (.xbb)",
  carries:
    "passive linear optics, losses as channels; a whole circuit with neurons becomes a file a section and an index",
  limits: "no neurons, receivers and constant light; a Gaussian simulation beyond some 10 000 gates takes minutes",
  options: [],
  check: (subject) => [
    ...couplersAlike(subject, "blackbird"),
    ...leftOut(subject, "blackbird"),
    ...tooLarge(subject, "Strawberry Fields", 10_000),
  ],
  emit: (subject) =>
    blockFiles(subject, "blackbird", (block) => ({ name: `${block.stem}.xbb`, content: printBlackbird(block) })),
};

/** Words of the language and names of its functions; `q0` and the like are modes. */
const RESERVED: ReadonlySet<string> = new Set(
  "name version target type include for in array float complex int str bool par sqrt sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh exp log pi true false".split(
    " ",
  ),
);

export function blackbirdName(name: string): string {
  const identifier = identifierOf(name, RESERVED);
  return /^q\d+$/i.test(identifier) ? `n_k_${identifier}` : identifier;
}

function* printBlackbird(block: LinearBlock): Generator<string> {
  yield `name ${blackbirdName(block.name)}\nversion 1.0\ntarget gaussian\n\n`;
  yield `# mode i of the program is mode ${block.modes.join(", ")} of the circuit\n`;
  for (const step of lossySteps(block)) {
    switch (step.kind) {
      case "mzi":
        yield `MZgate(${formatNumber(step.thetaRad)}, ${formatNumber(step.phiRad)}) | [${step.port}, ${step.second}]\n`;
        break;
      case "attenuator": {
        // field i e^{i(phi + theta/2)} sin(theta/2): power transmission sin^2, phase phi + theta/2 + pi/2, turned by
        // another pi where the sine is negative
        const sine = Math.sin(step.thetaRad / 2);
        const turn = step.phiRad + step.thetaRad / 2 + (sine < 0 ? -Math.PI / 2 : Math.PI / 2);
        yield `LossChannel(${formatNumber(sine * sine)}) | ${step.port}\nRgate(${formatNumber(turn)}) | ${step.port}\n`;
        break;
      }
      case "phase":
        yield `Rgate(${formatNumber(step.phiRad)}) | ${step.port}\n`;
        break;
      case "waveguide":
        break;
      case "absorb":
        yield `LossChannel(0.0) | ${step.port}\n`;
        break;
      default:
        step satisfies never;
    }
    if (step.kind !== "absorb" && step.fieldFactor !== 1) {
      const power = formatNumber(step.fieldFactor ** 2);
      for (const port of step.kind === "mzi" ? [step.port, step.second] : [step.port]) {
        yield `LossChannel(${power}) | ${port}\n`;
      }
    }
  }
}
