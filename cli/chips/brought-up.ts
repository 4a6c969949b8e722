import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { type Technology, untrimmedErrors, type YieldQuestion } from "../../physics/index.ts";
import { type Parameter, type Values, value } from "../arguments/parameters.ts";
import { count, radians, seed } from "../arguments/parsers.ts";
import { askedOf } from "./judge-chips.ts";

/** Of a command about one simulated chip that was brought up. */
export const broughtUpParameters: {
  readonly phase: Parameter<number | null>;
  readonly splitter: Parameter<number | null>;
  readonly chip: Parameter<number>;
  readonly seed: Parameter<number>;
} = {
  phase: value(
    "--phase <rad>",
    "standard deviation of every phase after the bring-up (default: the technology's; without one 0.005)",
    radians,
  ),
  splitter: value(
    "--splitter <share>",
    "standard deviation of every 50:50 coupler's share of power (default: the technology's; without one 0.01)",
    radians,
  ),
  chip: value("--chip-sample <n>", "number of the simulated chip", count(0), 0),
  seed: value("--seed <n>", "seed of all chips, of what happens to them, and of the words", seed, 1),
};

type BroughtUpCommand = Pick<Values<typeof broughtUpParameters>, "phase" | "splitter" | "seed">;

/** The errors of its chips before they are set. */
export function broughtUpQuestion(
  { phase, splitter, seed }: BroughtUpCommand,
  technology: Technology | null,
): YieldQuestion {
  const otherwise = (size: number): number | null => (technology === null ? size : null);
  const { errors, pitch } = askedOf(technology, {
    phase: phase ?? otherwise(0.005),
    splitter: splitter ?? otherwise(0.01),
  });
  return { errors: { kind: "technology", errors: untrimmedErrors(errors), pitch }, seed };
}

/** `next`: what did not begin. */
export function wrongAtFirst(chip: number, next: string): Diagnostic {
  const help = "another `--chip-sample`, or smaller errors: `--phase 0.005 --splitter 0.01`";
  return plainDiagnostic("OPT0828", `chip ${chip} has wrong words after its bring-up, before any ${next}`, help);
}
