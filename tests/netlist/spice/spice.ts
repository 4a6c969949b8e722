import { Simulation } from "eecircuit-engine";
import type { Circuit } from "../../../netlist/index.ts";
import { type SpiceFields, sweepNetlist } from "./sweep.ts";

const TIME_LIMIT_MS = 110_000;
let engine: Promise<Simulation> | null = null;

/**
 * Runs a SPICE netlist of the circuit in ngspice compiled to WebAssembly, on all vectors
 * [vector][worker * symbols + symbol], in one engine session.
 */
export async function runVectors(
  spiceText: string,
  circuit: Circuit,
  vectors: readonly (readonly number[])[],
): Promise<SpiceFields> {
  return runNetlist(sweepNetlist(spiceText, circuit, vectors), "DC transfer characteristic");
}

/**
 * Runs any netlist. ngspice reports an unknown subcircuit by an empty plot only, and some mistakes by never finishing:
 * the name of the plot and a time limit tell.
 */
export async function runNetlist(netlist: string, plot: string): Promise<SpiceFields> {
  engine ??= started();
  const simulation = await engine;
  simulation.setNetList(netlist);
  const result = await limited(simulation.runSim());
  if (!result.header.includes(plot) || result.dataType !== "real") {
    engine = null;
    throw new Error(`ngspice: ${simulation.getError().join("\n")}\n${result.header}`);
  }
  return {
    values: new Map(
      result.data.map((it) => [it.name.toLowerCase().replace(/^v\((.*)\)$/, "$1"), Float64Array.from(it.values)]),
    ),
  };
}

async function started(): Promise<Simulation> {
  const simulation = new Simulation();
  await simulation.start();
  return simulation;
}

function limited<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("ngspice did not come back")), TIME_LIMIT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
