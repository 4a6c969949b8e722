import type { Circuit } from "../circuit/circuit.ts";
import { LIT, lightAtInputs, lightPastMesh, lightPastNeuron } from "../circuit/light.ts";
import { resultOf } from "../circuit/symbols.ts";
import type { Reports } from "./reports.ts";

/** Ports, neurons and darkness of a circuit whose form is sound. */
export function checkLight(circuit: Circuit, reports: Reports): void {
  const { inputs, outputs, aggregate } = circuit;
  checkPorts(inputs, "inputs", "OPT0407", aggregate.workers, aggregate.symbols, reports);
  checkPorts(outputs, "outputs", "OPT0408", aggregate.workers, resultOf(aggregate).symbols, reports);
  checkDarkness(circuit, reports);
}

/** That every symbol of every worker has one port, and no mode two. */
function checkPorts(
  ports: Circuit["inputs"] | Circuit["outputs"],
  list: "inputs" | "outputs",
  code: string,
  workers: number,
  symbols: number,
  reports: Reports,
): void {
  const what = list.slice(0, -1);
  const ofSymbol = new Map<number, number>();
  for (const [i, port] of ports.entries()) {
    if (!("symbol" in port)) continue;
    const key = port.worker * symbols + port.symbol;
    const other = ofSymbol.get(key);
    if (other === undefined) {
      ofSymbol.set(key, i);
      continue;
    }
    const message = `worker ${port.worker}, symbol ${port.symbol} has a second ${what} port, after ${list}[${other}]`;
    reports.fail(code, `${list}[${i}]`, message);
  }
  for (let key = 0; key < workers * symbols; key += 1) {
    if (ofSymbol.has(key)) continue;
    reports.fail(code, list, `worker ${Math.floor(key / symbols)}, symbol ${key % symbols} has no ${what} port`);
  }
  const ofMode = new Map<number, number>();
  for (const [i, { mode }] of ports.entries()) {
    const other = ofMode.get(mode);
    if (other === undefined) ofMode.set(mode, i);
    else reports.fail(code, `${list}[${i}]`, `mode ${mode} already has the port ${list}[${other}]`);
  }
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
