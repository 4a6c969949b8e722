import type { Circuit, Device, InputPort, Mesh, OutputPort, Section } from "../../netlist/index.ts";
import { attenuator, circuit, mesh, mzi, output, phase, reference, relu, section, worker } from "./build.ts";

/** A random well-formed circuit: `random` gives uniform numbers in [0, 1). Columns are packed as a compiler would. */
export function randomCircuit(
  random: () => number,
  shape: { workers: number; symbols: number; layers: number; spare: number; devices: number },
): Circuit {
  const angle = () => 2 * Math.PI * random();
  const below = (n: number) => Math.floor(random() * n);
  const lit = shape.workers * shape.symbols;
  const modes = lit + 1 + shape.spare;
  const inputs: InputPort[] = Array.from({ length: lit }, (_, i) =>
    worker(Math.floor(i / shape.symbols), i % shape.symbols, i, 0.5 + random()),
  );
  inputs.push(reference("rail", lit, 1 + random()));
  const randomMesh = (name: string, size: number): Mesh => {
    const pool = Array.from({ length: modes }, (_, i) => i);
    const chosen = Array.from({ length: size }, () => pool.splice(below(pool.length), 1)[0]!);
    const free = new Array<number>(size).fill(0);
    const devices: Device[] = Array.from({ length: shape.devices }, () => {
      const kind = random();
      const at = below(size - 1);
      const column = kind < 0.7 ? Math.max(free[at]!, free[at + 1]!) : free[at]!;
      free[at] = column + 1;
      if (kind < 0.7) {
        free[at + 1] = column + 1;
        return mzi(at, column, angle(), angle());
      }
      return kind < 0.85 ? attenuator(at, column, angle(), angle()) : phase(at, column, angle());
    });
    return mesh("left", name, chosen, devices, random() < 0.3 ? [chosen[below(size)]!] : []);
  };
  const sections: Section[] = Array.from({ length: shape.layers }, (_, s) => {
    const meshes = [randomMesh("a", 2 + below(modes - 1)), randomMesh("b", 2 + below(3))];
    const firstNeuron = below(modes - 1);
    return section("layer", `layer ${s}`, meshes, [relu(firstNeuron, 0.5 + random()), relu(firstNeuron + 1)]);
  });
  const outputs: OutputPort[] = Array.from({ length: lit }, (_, i) =>
    output(Math.floor(i / shape.symbols), i % shape.symbols, i, 1 + random()),
  );
  return circuit({
    name: "random",
    aggregate: {
      workers: shape.workers,
      bits: 2 * shape.symbols,
      levels: 4,
      signed: false,
      rounding: "floor",
      symbols: shape.symbols,
    },
    modes,
    inputs,
    sections,
    outputs,
  });
}
