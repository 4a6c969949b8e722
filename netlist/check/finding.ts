/** What a check found in a circuit: lower case, no full stop, the fix only in `help`. */
export interface Finding {
  /** `OPT04nn`, a key of the table in codes.ts. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Place in the circuit, such as `sections[3].meshes[0].devices[12]`; empty for the whole. */
  readonly where: string;
  readonly help: string | null;
}

/** An error. */
export function failure(code: string, where: string, message: string, help: string | null = null): Finding {
  return { code, severity: "error", message, where, help };
}

/** A warning. */
export function caution(code: string, where: string, message: string, help: string | null = null): Finding {
  return { ...failure(code, where, message, help), severity: "warning" };
}
