import type { Circuit } from "../circuit.ts";
import type { Finding } from "../finding.ts";

/** A spelling choice of a format; it never changes what the artifact means. */
export interface TargetOption {
  readonly name: string;
  readonly summary: string;
  /** Accepted values; the first is the default. */
  readonly values: readonly [string, ...string[]];
}

/** Values by option name; what is missing takes the default. */
export type TargetOptions = Readonly<Record<string, string>>;

/** A file format. `check` says what the format cannot express; `emit` never fails on a checked circuit and only prints. */
export interface Target {
  readonly name: string;
  readonly summary: string;
  /** Of the file name, without the dot. */
  readonly extension: string;
  readonly options: readonly TargetOption[];
  readonly check: (circuit: Circuit) => readonly Finding[];
  readonly emit: (circuit: Circuit, options: TargetOptions) => Iterable<string>;
}

/** The value of an option, or its default. Throws when the target has no such option or value: callers check first. */
export function optionValue(target: Target, options: TargetOptions, name: string): string {
  const option = target.options.find((it) => it.name === name);
  const value = options[name] ?? option?.values[0];
  if (option === undefined || value === undefined || !option.values.includes(value)) {
    throw new Error(`target ${target.name} has no option ${name} ${value ?? ""}`);
  }
  return value;
}
