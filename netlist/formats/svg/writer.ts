import { escaped, fixed, label, svgDocument, theme } from "../../../formats/index.ts";
import type { Activation, Circuit, SectionKind } from "../../circuit/circuit.ts";
import { type DevicePart, floorOfCircuit, placementOf } from "../../placement/circuit-floor.ts";
import { measurePlacement } from "../../placement/measure.ts";
import type { PortOrder } from "../../placement/place.ts";
import { geometryOf, type SvgPoint } from "./geometry.ts";

/** Pixels. */
const MARGIN = 60;
const HEADER = 52;

const colours: Readonly<Record<SectionKind, string>> = {
  combine: theme.blue,
  reference: theme.grey,
  layer: theme.green,
  broadcast: theme.brown,
};

const captions: Readonly<Record<SectionKind, string>> = {
  combine: "P: workers' symbols are summed",
  reference: "reference light for the biases",
  layer: "network",
  broadcast: "T: the result to every worker",
};

/** From its upper left corner: a triangle; with a bar in front of its tip where the neuron saturates. */
const neuronShapes: Readonly<Record<Activation["kind"], string>> = {
  relu: "v8l7 -4z",
  saturating: "v8l6 -4zm6 0h1.5v8h-1.5z",
};

const neuronCaptions: Readonly<Record<Activation["kind"], string>> = {
  relu: "neuron",
  saturating: "neuron that saturates",
};

/**
 * Draws a placed circuit as SVG, left to right: a line is a lit waveguide, a box a mesh (an MZI, most often), a triangle a neuron, with a bar at
 * its tip if it saturates, a ring a crossing, a dashed line the wire of a neuron whose light continues elsewhere. A circuit without a placement is
 * placed for the picture, with ports in that order. Meant for circuits up to a few hundred MZIs.
 */
export function drawCircuit(circuit: Circuit, ports: PortOrder = "free"): string {
  const { floor, parts: devices, inputs, outputs } = floorOfCircuit(circuit);
  const placement = placementOf(circuit, ports);
  const { totalCrossings } = measurePlacement(floor, placement);
  const drawn = geometryOf(floor, placement);
  const height = drawn.height + HEADER + 16;
  const figures = `${totalCrossings} crossings, ${drawn.wires.length} wires to other lanes`;
  const head = legend(circuit, figures);
  const width = Math.max(drawn.width + 2 * MARGIN, head.right);
  const lines = [...drawn.lanes, ...drawn.links].map(
    ({ from, to }) => `M${fixed(from.x)} ${fixed(from.y)}L${fixed(to.x)} ${fixed(to.y)}`,
  );
  const parts = [
    head.text,
    `<g transform="translate(${MARGIN} ${HEADER})">`,
    `<g stroke="#9a9a9a" fill="none">`,
    ...lines.map((path) => `<path d="${path}"/>`),
    "</g>",
    ...drawn.wires.map(
      ({ from, to }) => `<path d="M${from.x} ${from.y}V${to.y}" stroke="${theme.red}" stroke-dasharray="2 2"/>`,
    ),
    ...devices.map((part, d) => markOf(circuit, part, drawn.devices[d]!)),
    ...drawn.crossings.map(
      ({ x, y }) => `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="2.5" fill="#ffffff" stroke="${theme.red}"/>`,
    ),
    ...inputs.map((stretch, i) => {
      const { x, y } = drawn.left.get(stretch)!;
      return label(x - 4, y + 3, circuit.inputs[i]!.name, 'text-anchor="end"');
    }),
    ...outputs.flatMap((stretch, i) => {
      const at = drawn.right.get(stretch);
      return at === undefined ? [] : [label(at.x + 4, at.y + 3, circuit.outputs[i]!.name)];
    }),
    "</g>",
  ];
  return svgDocument(width, height, parts, 9);
}

function markOf({ sections }: Circuit, part: DevicePart, { x, y }: SvgPoint): string {
  const section = sections[part.section]!;
  if (part.kind === "neuron") {
    const neuron = section.activations[part.activation]!;
    const title = escaped(`${section.name}: ${neuronText(neuron)}`);
    return `<path d="M${x - 3} ${y - 4}${neuronShapes[neuron.kind]}" fill="${theme.red}"><title>${title}</title></path>`;
  }
  const meshes = part.meshes.map((m) => section.meshes[m]!);
  const mzis = meshes.flatMap(({ devices }) => devices).flatMap((device) => (device.kind === "mzi" ? [device] : []));
  const what = mzis.length === 1 ? `theta ${mzis[0]!.thetaRad.toFixed(4)} rad` : `${mzis.length} MZIs`;
  const title = escaped(`${section.name}: ${meshes.map(({ name }) => name).join(", ")}, ${what}`);
  return `<rect x="${x - 4}" y="${y - 4}" width="8" height="8" rx="1.5" fill="${colours[section.kind]}"><title>${title}</title></rect>`;
}

function legend(circuit: Circuit, figures: string): { readonly text: string; readonly right: number } {
  const kinds = [...new Set(circuit.sections.map((section) => section.kind))];
  let at = MARGIN;
  const entries = kinds.map((kind) => {
    const entry = `<rect x="${at}" y="24" width="8" height="6" rx="1.5" fill="${colours[kind]}"/><text x="${at + 12}" y="30">${captions[kind]}</text>`;
    at += 22 + captions[kind].length * 4.9;
    return entry;
  });
  const present = new Set(circuit.sections.flatMap(({ activations }) => activations.map(({ kind }) => kind)));
  const neurons = (["relu", "saturating"] as const).flatMap((kind) => {
    if (!present.has(kind) && (kind !== "relu" || present.size > 0)) return [];
    const entry = `<path d="M${at} 23${neuronShapes[kind]}" fill="${theme.red}"/><text x="${at + 11}" y="30">${neuronCaptions[kind]}</text>`;
    at += 22 + neuronCaptions[kind].length * 4.9;
    return [entry];
  });
  const ring = `<circle cx="${at + 4}" cy="27" r="2.5" fill="#ffffff" stroke="${theme.red}"/><text x="${at + 11}" y="30">crossing</text>`;
  const title = label(MARGIN, 14, `${circuit.name}: ${figures}`, 'font-size="11" font-weight="bold"');
  return { text: title + entries.join("") + neurons.join("") + ring, right: Math.round(at + MARGIN) };
}

/** `relu, gain 1.500` */
function neuronText(neuron: Activation): string {
  const gain = `${neuron.kind}, gain ${neuron.gain.toFixed(3)}`;
  if (neuron.kind === "relu") return gain;
  return `${gain}, from ${neuron.threshold.toFixed(3)} to ${(neuron.threshold + neuron.range).toFixed(3)}`;
}
