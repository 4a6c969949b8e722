import { type Checked, parseSpecs as parse, type SourceFile, type Spec } from "../dsl/index.ts";
import { targets } from "../netlist/index.ts";

/**
 * Text to checked specs: YAML when the name ends in `.yaml` or `.yml`, else the spec language; `emit` may name every built-in
 * format. `value` is null when anything is wrong. Never throws for a text, whatever is in it.
 */
export function parseSpecs(source: SourceFile): Checked<readonly Spec[]> {
  return parse(source, { emitTargets: targets.map((target) => target.name) });
}
