/** Parameters of a command, as data: options, types, help, completion and manual follow from it. Flags in brackets are arguments. */
export interface Parameter<T> {
  /** `<path>`, `[paths...]`, `-o, --out <dir>`: as the help has it. */
  readonly flags: string;
  readonly about: string;
  /** The value where it is left out; the help says it unless it is null or an empty list. */
  readonly fallback: T;
  /** The value of a text; of a parameter that repeats, with the value so far. Throws InvalidArgumentError. */
  parse?(text: string, earlier: T): unknown;
  readonly choices?: readonly string[];
  /** The command needs this option. */
  readonly isRequired?: boolean;
  readonly rules: Rules;
}

interface Rules {
  /** The bounds of specs hold on the command line too. */
  readonly most?: number;
  /** Property of the parameter that this one needs to take effect. */
  readonly needs?: string;
  /** The name of version 0.1, which the next release takes for the last time, with a warning. */
  readonly old?: string;
  /** How the help says the fallback. */
  readonly shown?: string;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** What an action is given: a property a parameter. */
export type Values<P extends Parameters> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

type ArgumentValue<F extends string> = F extends `${string}...${string}`
  ? readonly string[]
  : F extends `[${string}`
    ? string | null
    : string;

export function argument<F extends string, D extends string | null = null>(
  flags: F,
  about: string,
  fallback: D = null as D,
): Parameter<D extends string ? string : ArgumentValue<F>> {
  return { flags, about, fallback: fallback as never, rules: {} };
}

/** True where it is given; `--no-cache` makes it false. */
export function flag(flags: string, about: string): Parameter<boolean> {
  return { flags, about, fallback: flags.startsWith("--no-"), rules: {} };
}

export function text<F extends string | null = null>(
  flags: string,
  about: string,
  fallback: F = null as F,
  rules: Rules = {},
): Parameter<string | F> {
  return { flags, about, fallback, rules };
}

/** An option or an argument that the command needs. */
export function required<T = string>(flags: string, about: string, parse?: (text: string) => T): Parameter<T> {
  return { flags, about, fallback: null as never, isRequired: true, rules: {}, ...(parse && { parse }) };
}

export function value<T, F extends T | null = null>(
  flags: string,
  about: string,
  parse: (text: string, earlier: T | F) => T,
  fallback: F = null as F,
  rules: Rules = {},
): Parameter<T | F> {
  return { flags, about, parse, fallback, rules };
}

export function choice<const C extends string, F extends C | null = null>(
  flags: string,
  about: string,
  choices: readonly C[],
  fallback: F = null as F,
): Parameter<C | F> {
  return { flags, about, choices, fallback, rules: {} };
}
