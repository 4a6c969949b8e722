import type { Drive, Knob, Monitor, Procedure, ProcedureStep, Response, Rule } from "./procedure.ts";
import type { Wiring } from "./wiring.ts";

/** A procedure in the names of circuit.json, for programs that know nothing of the library; docs/explanation/bringup.md says what it means. */
export interface NamedProcedure {
  readonly format: "optinc.bringup";
  readonly version: 1;
  readonly circuit: string;
  /** Steps from this number on touch no heater and can be repeated when phases have drifted; steps count from 1. */
  readonly trimming_from: number;
  readonly steps: readonly NamedStep[];
}

interface NamedStep {
  readonly number: number;
  readonly purpose: ProcedureStep["purpose"];
  readonly knob: NamedKnob;
  readonly rule: NamedRule;
}

interface NamedKnob {
  readonly kind: Knob["kind"];
  readonly name: string;
}

interface NamedMonitor {
  readonly kind: Monitor["kind"];
  readonly name: string;
}

/** Levels by input port; neurons that are held on, and those that are left as they are set, if any. All else is dark. */
interface NamedDrive {
  readonly levels: Readonly<Record<string, number>>;
  readonly on: readonly string[];
  readonly live?: readonly string[];
}

interface NamedResponse {
  readonly drive: NamedDrive;
  readonly from?: NamedDrive;
  readonly monitor: NamedMonitor;
}

type NamedRule =
  | ({ readonly kind: "power-maximum"; readonly quadrature: NamedKnob; readonly offset_rad: number } & NamedResponse)
  | ({ readonly kind: "maximum" | "minimum" } & NamedResponse)
  | {
      readonly kind: "ratio";
      readonly over: readonly NamedResponse[];
      readonly under: readonly NamedResponse[];
      readonly target: number;
    }
  | {
      readonly kind: "midpoint";
      readonly monitor: NamedMonitor;
      readonly off: readonly NamedDrive[];
      readonly on: readonly NamedDrive[];
      readonly range: number;
    };

export function namedProcedure({ circuit, steps, trimmingFrom }: Procedure, wiring: Wiring): NamedProcedure {
  const names = (neurons: readonly number[]): string[] => neurons.map((neuron) => neuronName(wiring, neuron));
  const drive = ({ levels, on, live }: Drive): NamedDrive => ({
    levels: Object.fromEntries(levels.map(({ input, level }) => [wiring.circuit.inputs[input]!.name, level])),
    on: names(on),
    ...(live.length === 0 ? {} : { live: names(live) }),
  });
  const response = (each: Response): NamedResponse => ({
    drive: drive(each.drive),
    ...(each.from === undefined ? {} : { from: drive(each.from) }),
    monitor: named(each.monitor),
  });
  const rule = (each: Rule): NamedRule => {
    switch (each.kind) {
      case "power-maximum":
        return {
          kind: each.kind,
          ...response(each.response),
          quadrature: named(each.quadrature),
          offset_rad: each.offsetRad,
        };
      case "maximum":
      case "minimum":
        return { kind: each.kind, ...response(each.response) };
      case "ratio":
        return {
          kind: each.kind,
          over: each.over.map(response),
          under: each.under.map(response),
          target: each.target,
        };
      case "midpoint":
        return {
          kind: each.kind,
          monitor: named(each.monitor),
          off: each.off.map(drive),
          on: each.on.map(drive),
          range: each.range,
        };
      default:
        return each satisfies never;
    }
  };
  return {
    format: "optinc.bringup",
    version: 1,
    circuit,
    trimming_from: trimmingFrom + 1,
    steps: steps.map((step, i) => ({
      number: i + 1,
      purpose: step.purpose,
      knob: named(step.knob),
      rule: rule(step.rule),
    })),
  };
}

function named<K extends string>({
  kind,
  name,
}: {
  readonly kind: K;
  readonly name: string;
}): {
  readonly kind: K;
  readonly name: string;
} {
  return { kind, name };
}

export function neuronName({ neurons }: Wiring, neuron: number): string {
  const { section, activation } = neurons[neuron]!;
  return `${section}[${activation.mode}]`;
}
