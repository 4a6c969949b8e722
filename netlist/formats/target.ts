import { type Finding, failure } from "../check/finding.ts";
import type { Subject } from "./scope.ts";

/** A spelling choice of a format; it never changes what the artifact means. */
export interface TargetOption {
  readonly name: string;
  readonly summary: string;
  /** Accepted values; the first is the default. */
  readonly values: readonly [string, ...string[]];
  /** Further values, in words and as a pattern; absent when `values` are all. */
  readonly also?: { readonly what: string; readonly pattern: RegExp };
}

/** Values by option name; what is missing takes the default. */
export type TargetOptions = Readonly<Record<string, string>>;

/** One file of an export; its name is unique among the files of all targets. Content comes in pieces of any length. */
export interface TargetFile {
  readonly name: string;
  readonly content: Iterable<string | Uint8Array>;
}

/**
 * A file format. `check` says, before anything is written, what the format cannot express (errors) and what a tool will
 * find hard (warnings); `emit` never fails on a checked subject and only prints, piece by piece. Third parties export a
 * value of this type from a module of their own.
 */
export interface Target {
  readonly name: string;
  readonly summary: string;
  /** What of a circuit the format carries. */
  readonly carries: string;
  /** What it cannot express, and up to which size its tools are comfortable. */
  readonly limits: string;
  readonly options: readonly TargetOption[];
  readonly check: (subject: Subject, options: TargetOptions) => readonly Finding[];
  readonly emit: (subject: Subject, options: TargetOptions) => readonly TargetFile[];
}

/** The value of one of a target's options, or its default. Throws when there is no such option or value: callers check first. */
export function optionValue(of: readonly TargetOption[], options: TargetOptions, name: string): string {
  const option = of.find((it) => it.name === name);
  const value = options[name] ?? option?.values[0];
  if (option === undefined || value === undefined || !accepts(option, value)) {
    throw new Error(`there is no option ${name} ${value ?? ""}`);
  }
  return value;
}

/** What is wrong with the options for a target: unknown names and values. */
export function checkOptions(target: Target, options: TargetOptions): readonly Finding[] {
  return Object.entries(options).flatMap(([name, value]): Finding[] => {
    const option = target.options.find((it) => it.name === name);
    if (option === undefined) {
      const known = target.options.map((it) => it.name).join(", ");
      const help = known === "" ? `${target.name} has no options` : `its options are ${known}`;
      return [failure("OPT0432", "", `${target.name} has no option \`${name}\``, help)];
    }
    if (accepts(option, value)) return [];
    const also = !option.also ? "" : `, or ${option.also.what}`;
    const message = `\`${value}\` is not a value of the option ${name} of ${target.name}`;
    return [failure("OPT0433", "", message, `values: ${option.values.join(", ")}${also}`)];
  });
}

function accepts(option: TargetOption, value: string): boolean {
  return option.values.includes(value) || (option.also?.pattern.test(value) ?? false);
}
