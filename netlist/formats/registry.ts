import { gdsfactoryTarget } from "./gdsfactory/writer.ts";
import { lumericalDatTarget } from "./lumerical/dat.ts";
import { lumericalTarget } from "./lumerical/writer.ts";
import { onnxTarget } from "./onnx/writer.ts";
import { percevalTarget } from "./perceval/writer.ts";
import { phasesTarget } from "./phases/writer.ts";
import { saxTarget } from "./sax/writer.ts";
import { spiceTarget } from "./spice/writer.ts";
import { svgTarget } from "./svg/target.ts";
import { tableTarget } from "./table/writer.ts";
import type { Target } from "./target.ts";
import { torchHookTarget } from "./torch-hook/writer.ts";
import { touchstoneTarget } from "./touchstone/writer.ts";

/** Every built-in format; a new one is one file and one line here. */
export const targets: readonly Target[] = [
  spiceTarget,
  phasesTarget,
  saxTarget,
  gdsfactoryTarget,
  touchstoneTarget,
  lumericalTarget,
  lumericalDatTarget,
  percevalTarget,
  tableTarget,
  onnxTarget,
  torchHookTarget,
  svgTarget,
];

export function findTarget(name: string): Target | null {
  return targets.find((it) => it.name === name) ?? null;
}
