import { type Diagnostic, limits, plainDiagnostic, type Spec, short, type VerifyInputs } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { opticsOf, tooBright, withoutNeurons } from "../../physics/index.ts";
import { targetOf } from "../../toolchain/index.ts";
import { distinctVectors, usualInputs, type VerifyOptions } from "../../verify/index.ts";
import { type BoundSpec, boundTo, type CircuitSource } from "../files/circuit-reading.ts";
import { noAggregate, noTarget } from "../text/findings.ts";

/** What the command line says of what to try and what is enough; null where it leaves it open. */
export interface VerificationWish {
  /** A spec file that the circuits are to be held to. */
  readonly spec: string | null;
  readonly aggregate: string | null;
  readonly inputs: VerifyInputs["kind"] | null;
  readonly samples: number | null;
  /** Share of right words that is enough for a circuit that proves nothing; null: what the spec says, else 1. */
  readonly target: number | null;
}

/** What is tried of one circuit, why, and what is enough. */
export interface VerificationPlan {
  readonly inputs: VerifyOptions["inputs"];
  readonly reason: string;
  readonly target: number;
  readonly bound: BoundSpec | null;
  /** What the spec says and the circuit does not. */
  readonly disagreements: readonly string[];
  /** Margin that the proof must find, in LSB; null where no spec requires one. */
  readonly margin: number | null;
}

/** Chooses the inputs, or says why they cannot be tried. Files beside the circuit are not read. */
export function planOf(
  command: VerificationWish,
  source: CircuitSource,
  bindings: readonly BoundSpec[] | null,
): VerificationPlan | { readonly diagnostic: Diagnostic } {
  const { circuit } = source;
  let bound = source.spec;
  if (bindings !== null) {
    const name = command.aggregate ?? circuit.name;
    bound = boundTo(bindings, name);
    if (bound === null) {
      const names = bindings.map(({ spec }) => spec.name);
      return { diagnostic: noAggregate(command.spec ?? "the spec", name, names) };
    }
  }
  const network = bound?.spec.network ?? null;
  const exact = circuit.certificate !== null || network?.kind === "constructed";
  if (exact && command.target !== null) return { diagnostic: noTarget(circuit.name) };
  const target = exact ? 1 : (command.target ?? (bound === null ? 1 : targetOf(bound.spec)));
  const { inputs, reason } = chooseInputs(command, circuit, bound?.spec.verify.inputs ?? null);
  const vectors = distinctVectors(circuit.aggregate);
  if (inputs.kind === "exhaustive" && vectors > limits.exhaustiveVectors) {
    const proof = circuit.certificate === null ? "" : "`--inputs proof`, or ";
    const message = `${circuit.name} has ${vectors.toPrecision(2)} distinct input vectors`;
    const help = `use ${proof}\`--inputs sampled --samples 1e6\``;
    return { diagnostic: plainDiagnostic("OPT0617", message, help) };
  }
  if (inputs.kind === "proof" && circuit.certificate === null) {
    const message = `${circuit.name} carries no certificate: there is no proof to check`;
    const help = "leave `--inputs proof` out: trained and imported networks are tested on words";
    return { diagnostic: plainDiagnostic("OPT0634", message, help) };
  }
  const foreign = bound === null || bound.technology === null ? null : withoutNeurons(circuit, bound.technology);
  if (foreign !== null) return { diagnostic: foreign };
  const disagreements = bound === null ? [] : [...disagreementsOf(circuit, bound.spec), ...lossesOf(circuit, bound)];
  // A spec just compiled demands only its words; a spec that binds a build demands its margin too.
  const isOwnMargin = bound?.spec.free.includes("network") === false;
  const margin = bindings !== null && network?.kind === "constructed" && isOwnMargin ? network.margin : null;
  if (margin !== null && circuit.certificate === null) {
    disagreements.push(`the spec requires a margin of ${margin}; the circuit has no certificate to prove it`);
  }
  return { inputs, reason, target, bound, disagreements, margin };
}

/** What the spec says of the words and the tree, and the circuit says otherwise. */
function disagreementsOf({ aggregate }: Circuit, spec: Spec): string[] {
  const tree = spec.topology.kind === "single" ? null : spec.topology.fanIn;
  const found = aggregate.fanIn?.join(" x ") ?? "single";
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["workers", spec.workers, aggregate.workers],
    ["precision", spec.precisionBits, aggregate.bits],
    ["levels", spec.levels, aggregate.levels],
    ["signed", spec.signed, aggregate.signed],
    ["rounding", spec.rounding, aggregate.rounding],
    ["topology", spec.free.includes("topology") ? found : (tree?.join(" x ") ?? "single"), found],
  ];
  return pairs.flatMap(([what, wanted, is]) =>
    wanted === is ? [] : [`${what}: the spec says ${wanted}, the circuit ${is}`],
  );
}

/** Where the circuit claims to lose less than the technology of its spec says. */
function lossesOf(circuit: Circuit, { spec, technology }: BoundSpec): readonly string[] {
  const optics = technology === null ? null : opticsOf(technology, spec.symbolRateBd).optics;
  return optics === null ? [] : tooBright(circuit, optics);
}

/** The inputs to try, and who chose them: command line, spec or default. Files beside the circuit are not read. */
function chooseInputs(
  command: VerificationWish,
  circuit: Circuit,
  wanted: VerifyInputs | null,
): { inputs: VerifyOptions["inputs"]; reason: string } {
  if (command.inputs === "sampled" || command.samples !== null) {
    const kept = wanted?.kind === "sampled" ? wanted.samples : limits.samplesByDefault;
    return { inputs: { kind: "sampled", samples: command.samples ?? kept }, reason: "as asked" };
  }
  if (command.inputs !== null) return { inputs: { kind: command.inputs }, reason: "as asked" };
  if (wanted !== null) return { inputs: wanted, reason: "as the spec says" };
  const usual = usualInputs(circuit);
  return { inputs: usual, reason: usualReasons[usual.kind] };
}

const most = short(limits.exhaustiveByDefault);
const usualReasons: Readonly<Record<VerifyInputs["kind"], string>> = {
  exhaustive: `by default, as there are at most ${most} vectors`,
  proof: `by default, as there are more than ${most} vectors`,
  sampled: "by default, as the circuit claims no proof",
};
