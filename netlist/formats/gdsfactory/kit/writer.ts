import { type Finding, failure } from "../../../check/finding.ts";
import { formatNumber } from "../../../circuit/numbers.ts";
import { type LinearBlock, linearBlocks } from "../../block.ts";
import { identifierOf, PYTHON_WORDS } from "../../identifiers.ts";
import { blockFiles } from "../../join.ts";
import type { Subject } from "../../scope.ts";
import type { TargetFile } from "../../target.ts";
import { type FoundryKit, foundryKits, PAD_PITCH_UM, ROW_UM } from "./kits.ts";
import { lanesOf, rowsOf } from "./lanes.ts";
import { drawSection, type SectionDrawing } from "./section.ts";

/** That every block has light, has an order of lanes without crossings, and fits what the kit's foundry takes. */
export function checkKit(subject: Subject, kit: FoundryKit): readonly Finding[] {
  return linearBlocks(subject).flatMap((block) => blockFindings(subject, block, kit));
}

function blockFindings(subject: Subject, block: LinearBlock, kit: FoundryKit): readonly Finding[] {
  const light = lanesOf(subject, block);
  const refused = (code: string, message: string, help: string): readonly Finding[] => [
    failure(code, block.section === null ? "" : `sections[${block.section}]`, message, help),
  ];
  const tooLarge = (widthUm: number, heightUm: number, least: string): readonly Finding[] => {
    const { longUm, shortUm, of } = foundryKits[kit].field;
    if (Math.max(widthUm, heightUm) <= longUm && Math.min(widthUm, heightUm) <= shortUm) return [];
    const message = `${block.name} takes ${least}${inMm(widthUm)} mm by ${inMm(heightUm)} mm in ${kit}; ${of} is ${inMm(longUm)} mm by ${inMm(shortUm)} mm`;
    return refused("OPT0450", message, "export a part with --scope, or take fewer workers or bits");
  };
  if (light.lanes.length === 0) {
    return refused("OPT0444", `${block.name} has no light to lay out`, "export another part with --scope");
  }
  // each device has a heater with a pad at one of two edges: known before an order of lanes is looked for
  const least = tooLarge((light.devices.length / 2) * PAD_PITCH_UM, light.lanes.length * ROW_UM, "at least ");
  if (least.length > 0) return least;
  const rows = rowsOf(light);
  if (rows === null) {
    const message = `lanes of ${block.name} would cross: ${kit} has no way for them`;
    return refused("OPT0444", message, "export its meshes one at a time with --scope mesh:NAME");
  }
  const [x0, y0, x1, y1] = drawSection(foundryKits[kit], light, rows).floorplan;
  return tooLarge(x1 - x0, y1 - y0, "");
}

function inMm(um: number): string {
  return (um / 1000).toFixed(2);
}

/** A Python script a block. */
export function kitFiles(subject: Subject, kit: FoundryKit): readonly TargetFile[] {
  return blockFiles(subject, "gdsfactory", (block) => {
    const light = lanesOf(subject, block);
    return {
      name: `${block.stem}.${kit}.py`,
      content: printSection(block.name, kit, drawSection(foundryKits[kit], light, rowsOf(light)!)),
    };
  });
}

function* printSection(name: string, kit: FoundryKit, drawing: SectionDrawing): Generator<string> {
  const { load, label } = foundryKits[kit];
  yield `"""Passive section of a circuit, with the cells of ${kit}. python FILE.py [OUT.gds] draws it. Lengths in um."""\n\n`;
  yield `import sys\n\nimport gdsfactory as gf\n${load}\n\nPDK.activate()\n\n`;
  yield `NAME = "${identifierOf(name, PYTHON_WORDS)}"\nLABEL = "${label}"\n`;
  yield `FLOORPLAN = (${drawing.floorplan.map(formatNumber).join(", ")})\n`;
  yield "\n# cell, its settings, and where which of its ports is: x, y, turned by degrees\nCELLS = [\n";
  for (const { cell, settings, port, x, y, angle } of drawing.parts) {
    yield `    ("${cell}", ${JSON.stringify(settings)}, "${port}", ${formatNumber(x)}, ${formatNumber(y)}, ${angle}),\n`;
  }
  yield "]\n\n# text, x, y: couplers have their mode, pads their device\nLABELS = [\n";
  for (const { text, x, y } of drawing.labels) yield `    ("${text}", ${formatNumber(x)}, ${formatNumber(y)}),\n`;
  yield `]\n${builder}`;
}

const builder = `

def section():
    top = gf.Component(NAME)
    for cell, settings, port, x, y, angle in CELLS:
        ref = top.add_ref(gf.get_component(cell, **settings))
        ref.rotate(angle)
        at = ref.ports[port].center
        ref.move((x - at[0], y - at[1]))
    for text, x, y in LABELS:
        top.add_label(text=text, position=(x, y), layer=LABEL)
    x0, y0, x1, y1 = FLOORPLAN
    top.add_polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], layer="FLOORPLAN")
    return top


if __name__ == "__main__":
    out = sys.argv[1] if len(sys.argv) > 1 else NAME + ".gds"
    section().write_gds(out)
    print(out)
`;
