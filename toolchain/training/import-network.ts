import { createHash } from "node:crypto";
import { aggregationOf, importNetwork as readImported, type WeightsFile } from "../../compiler/index.ts";
import { type Checked, refused, type Spec } from "../../dsl/index.ts";
import { type Network, otherKind } from "./network.ts";

/** The network of `network imported { ... }` from the bytes of its file. Never throws on any bytes. */
export function importNetwork(spec: Spec, file: WeightsFile): Checked<Extract<Network, { kind: "imported" }>> {
  if (spec.network.kind !== "imported") return refused(otherKind(spec, "imported"));
  const { value, diagnostics } = readImported(spec.network, aggregationOf(spec), file);
  if (value === null) return { value, diagnostics };
  const sha256 = createHash("sha256").update(file.bytes).digest("hex");
  return { value: { kind: "imported", spec: spec.network, sha256, ...value }, diagnostics };
}
