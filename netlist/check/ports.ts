import type { Circuit } from "../circuit/circuit.ts";
import { LIT, lightAtInputs, lightPastMesh, lightPastNeuron } from "../circuit/light.ts";
import { resultOf } from "../circuit/symbols.ts";
import type { Reports } from "./reports.ts";

/** Ports, neurons and darkness of a circuit whose form is sound. */
export function checkLight(circuit: Circuit, reports: Reports): void {
  checkCover(
    circuit,
    circuit.inputs.flatMap((port, i) => (port.kind === "worker" ? [{ ...port, where: `inputs[${i}]` }] : [])),
    { code: "OPT0407", what: "input", list: "inputs" },
    reports,
  );
  checkCover(
    circuit,
    circuit.outputs.map((port, o) => ({ ...port, where: `outputs[${o}]` })),
    { code: "OPT0408", what: "output", list: "outputs" },
    reports,
  );
  checkOnePortAMode(circuit.inputs, "inputs", "OPT0407", reports);
  checkOnePortAMode(circuit.outputs, "outputs", "OPT0408", reports);
  checkDarkness(circuit, reports);
}

interface SymbolPort {
  readonly worker: number;
  readonly symbol: number;
  readonly where: string;
}

function checkCover(
  circuit: Circuit,
  ports: readonly SymbolPort[],
  side: { readonly code: string; readonly what: string; readonly list: string },
  reports: Reports,
): void {
  const { workers } = circuit.aggregate;
  const { symbols } = side.list === "inputs" ? circuit.aggregate : resultOf(circuit.aggregate);
  const first = new Map<number, SymbolPort>();
  for (const port of ports) {
    const key = port.worker * symbols + port.symbol;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, port);
    } else {
      reports.fail(
        side.code,
        port.where,
        `worker ${port.worker}, symbol ${port.symbol} has a second ${side.what} port, after ${other.where}`,
      );
    }
  }
  for (let key = 0; key < workers * symbols; key += 1) {
    if (!first.has(key)) {
      reports.fail(
        side.code,
        side.list,
        `worker ${Math.floor(key / symbols)}, symbol ${key % symbols} has no ${side.what} port`,
      );
    }
  }
}

function checkOnePortAMode(
  ports: readonly { readonly mode: number }[],
  list: string,
  code: string,
  reports: Reports,
): void {
  const first = new Map<number, number>();
  ports.forEach(({ mode }, i) => {
    const other = first.get(mode);
    if (other === undefined) {
      first.set(mode, i);
    } else {
      const message = `mode ${mode} already has the port ${list}[${other}]`;
      reports.fail(code, `${list}[${i}]`, message);
    }
  });
}

function checkDarkness(circuit: Circuit, reports: Reports): void {
  const light = lightAtInputs(circuit);
  circuit.sections.forEach((section, s) => {
    for (const mesh of section.meshes) {
      lightPastMesh(light, mesh);
    }
    const taken = new Set<number>();
    section.activations.forEach((neuron, a) => {
      const { mode } = neuron;
      const where = `sections[${s}].activations[${a}]`;
      if (taken.has(mode)) {
        const message = `mode ${mode} already has a neuron in this section`;
        reports.fail("OPT0411", where, message);
      }
      taken.add(mode);
      if (light[mode] !== LIT) {
        reports.warn(
          "OPT0412",
          where,
          `the neuron on mode ${mode} never gets light`,
          "leave it out, or check the modes of the mesh before it",
        );
      }
      lightPastNeuron(light, neuron);
    });
  });
  circuit.outputs.forEach(({ mode }, o) => {
    if (light[mode] !== LIT) {
      reports.fail(
        "OPT0412",
        `outputs[${o}]`,
        `the receiver on mode ${mode} never gets light`,
        "check its mode, and that no mesh absorbs the light before it",
      );
    }
  });
}
