import type { Circuit, Device, Mesh, Section } from "./circuit.ts";
import { formatNumber } from "./numbers.ts";

/** Keys of everything that is printed on one line by `line`. */
const KEY_ORDER: readonly string[] = [
  "kind",
  "name",
  "section",
  "mode",
  "workers",
  "bits",
  "levels",
  "signed",
  "rounding",
  "symbols",
  "fanIn",
  "worker",
  "symbol",
  "fieldPerLevel",
  "levelsPerField",
  "field",
  "gain",
  "max",
  "fieldPerUnit",
  "terms",
  "offset",
  "residual",
  "set",
  "unless",
  "bit",
  "total",
  "signal",
  "weight",
];

/**
 * The circuit as JSON text in pieces of about a line: keys in a fixed order, one port, device, activation or
 * certificate entry a line, numbers in the shortest form that reads back the same, LF. Equal circuits give equal
 * bytes, and `JSON.parse` gives an equal circuit.
 */
export function* serializeCircuit(circuit: Circuit): Generator<string> {
  const { aggregate, certificate } = circuit;
  yield "{\n";
  yield `  "format": ${quote(circuit.format)},\n`;
  yield `  "version": ${circuit.version},\n`;
  yield `  "name": ${quote(circuit.name)},\n`;
  yield `  "aggregate": ${line(aggregate)},\n`;
  yield `  "modes": ${formatNumber(circuit.modes)},\n`;
  yield* list("inputs", "  ", circuit.inputs.map(line), ",");
  yield* sections(circuit.sections);
  yield* list("outputs", "  ", circuit.outputs.map(line), ",");
  if (certificate === null) {
    yield `  "certificate": null\n`;
  } else {
    yield `  "certificate": {\n`;
    yield* list("signals", "    ", certificate.signals.map(line), ",");
    yield* list("cells", "    ", certificate.cells.map(line), ",");
    yield* list("symbols", "    ", certificate.symbols.map(line), "");
    yield "  }\n";
  }
  yield "}\n";
}

function* sections(all: readonly Section[]): Generator<string> {
  yield `  "sections": [`;
  for (const [s, section] of all.entries()) {
    yield `${s === 0 ? "" : ","}\n    {\n`;
    yield `      "kind": ${quote(section.kind)},\n`;
    yield `      "name": ${quote(section.name)},\n`;
    yield `      "meshes": [`;
    for (const [m, mesh] of section.meshes.entries()) {
      yield `${m === 0 ? "" : ","}\n`;
      yield* meshText(mesh);
    }
    yield section.meshes.length === 0 ? "],\n" : "\n      ],\n";
    yield* list("activations", "      ", section.activations.map(line), "");
    yield "    }";
  }
  yield all.length === 0 ? "],\n" : "\n  ],\n";
}

function* meshText(mesh: Mesh): Generator<string> {
  yield "        {\n";
  yield `          "kind": ${quote(mesh.kind)},\n`;
  yield `          "name": ${quote(mesh.name)},\n`;
  yield `          "modes": ${line(mesh.modes)},\n`;
  yield `          "devices": [`;
  for (const [d, device] of mesh.devices.entries()) {
    yield `${d === 0 ? "" : ","}\n            ${deviceLine(device)}`;
  }
  yield mesh.devices.length === 0 ? "],\n" : "\n          ],\n";
  yield `          "terminated": ${line(mesh.terminated)}\n        }`;
}

function deviceLine(device: Device): string {
  const head = `{"kind": "${device.kind}", "column": ${formatNumber(device.column)}, "mode": ${formatNumber(device.mode)}`;
  const theta = device.kind === "phase" ? "" : `, "thetaRad": ${formatNumber(device.thetaRad)}`;
  return `${head}${theta}, "phiRad": ${formatNumber(device.phiRad)}}`;
}

function* list(key: string, indent: string, lines: readonly string[], comma: string): Generator<string> {
  if (lines.length === 0) {
    yield `${indent}"${key}": []${comma}\n`;
    return;
  }
  yield `${indent}"${key}": [`;
  for (const [i, text] of lines.entries()) {
    yield `${i === 0 ? "" : ","}\n${indent}  ${text}`;
  }
  yield `\n${indent}]${comma}\n`;
}

/** Any plain value on one line, keys in the order of KEY_ORDER whatever order the object holds them in. */
function line(value: unknown): string {
  if (typeof value === "number") {
    return formatNumber(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(line).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .sort(([a], [b]) => rank(a) - rank(b))
      .map(([key, item]) => `${quote(key)}: ${line(item)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(value);
}

function rank(key: string): number {
  const at = KEY_ORDER.indexOf(key);
  return at < 0 ? KEY_ORDER.length : at;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
