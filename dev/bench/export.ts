import { type Circuit, type Device, subjectOf, targets } from "../../netlist/index.ts";
import { printTable } from "./table.ts";
import { timed } from "./timing.ts";

/**
 * Streams one mesh of 100 000 MZIs (448 modes) to every format and prints time, size and the resident memory of the
 * process afterwards; its highest value is printed at the end. Goal: seconds, and 512 MB.
 */
export function exportBench(smoke: boolean): void {
  const subject = subjectOf(largeMesh(smoke ? 100 : 100_000), { kind: "circuit" });
  const devices = subject.circuit.sections[0]!.meshes[0]!.devices.length;
  const rows = targets.map((target) => {
    const { ms, value } = timed(() => {
      let bytes = 0;
      for (const file of target.emit(subject, {})) {
        for (const piece of file.content) bytes += piece.length;
      }
      return bytes;
    });
    const resident = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
    return [target.name, (ms / 1000).toFixed(2), (value / 2 ** 20).toFixed(1), resident];
  });
  const title = `Export of one mesh of ${devices} MZIs on ${subject.circuit.modes} modes`;
  printTable(title, ["format", "seconds", "MiB", "RSS MiB"], rows);
  console.log(`highest RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
}

/** Rectangular mesh with phases that are all different. */
function largeMesh(least: number): Circuit {
  const modes = Math.ceil((1 + Math.sqrt(1 + 8 * least)) / 2);
  const devices: Device[] = [];
  for (let column = 0; column < modes; column++) {
    for (let mode = column % 2; mode + 1 < modes; mode += 2) {
      const i = devices.length + 1;
      devices.push({ kind: "mzi", column, mode, thetaRad: (i * 0.618034) % 6, phiRad: (i * 0.414214) % 6 });
    }
  }
  const all = Array.from({ length: modes }, (_, i) => i);
  return {
    format: "optinc.circuit",
    version: 1,
    name: "large",
    aggregate: { workers: modes, bits: 2, levels: 4, signed: false, rounding: "floor", symbols: 1 },
    modes,
    inputs: all.map((mode) => ({ kind: "worker", name: `w${mode}`, mode, worker: mode, symbol: 0, fieldPerLevel: 1 })),
    sections: [
      {
        kind: "layer",
        name: "layer1",
        meshes: [{ kind: "left", name: "U", modes: all, devices, terminated: [] }],
        activations: [],
      },
    ],
    outputs: all.map((mode) => ({ name: `o${mode}`, mode, worker: mode, symbol: 0, levelsPerField: 1 })),
    certificate: null,
  };
}
