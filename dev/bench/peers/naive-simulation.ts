import { type Circuit, mziMatrix } from "../../../netlist/index.ts";

/** A circuit walked device by device for one vector after another, as one writes it first. Returns Re of every output. */
export function simulateNaively(circuit: Circuit, symbols: Uint8Array): number[][] {
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const results: number[][] = [];
  for (let v = 0; v * width < symbols.length; v++) {
    const fields = Array.from({ length: circuit.modes }, () => ({ re: 0, im: 0 }));
    for (const port of circuit.inputs) {
      const at = v * width + (port.kind === "worker" ? port.worker * circuit.aggregate.symbols + port.symbol : 0);
      fields[port.mode] = { re: port.kind === "worker" ? port.fieldPerLevel * symbols[at]! : port.field, im: 0 };
    }
    for (const section of circuit.sections) {
      for (const mesh of section.meshes) {
        for (const device of mesh.devices) {
          const p = mesh.modes[device.mode]!;
          const x = fields[p]!;
          if (device.kind === "waveguide") {
            fields[p] = { re: device.fieldFactor * x.re, im: device.fieldFactor * x.im };
            continue;
          }
          if (device.kind === "phase") {
            const [c, s] = [Math.cos(device.phiRad), Math.sin(device.phiRad)];
            fields[p] = { re: c * x.re - s * x.im, im: s * x.re + c * x.im };
            continue;
          }
          const m = mziMatrix(device.thetaRad, device.phiRad);
          if (device.kind === "attenuator") {
            fields[p] = { re: m.aRe * x.re - m.aIm * x.im, im: m.aRe * x.im + m.aIm * x.re };
            continue;
          }
          const q = mesh.modes[device.mode + 1]!;
          const y = fields[q]!;
          fields[p] = {
            re: m.aRe * x.re - m.aIm * x.im + m.bRe * y.re - m.bIm * y.im,
            im: m.aRe * x.im + m.aIm * x.re + m.bRe * y.im + m.bIm * y.re,
          };
          fields[q] = {
            re: m.cRe * x.re - m.cIm * x.im + m.dRe * y.re - m.dIm * y.im,
            im: m.cRe * x.im + m.cIm * x.re + m.dRe * y.im + m.dIm * y.re,
          };
        }
        for (const mode of mesh.terminated) fields[mode] = { re: 0, im: 0 };
      }
      for (const neuron of section.activations) {
        const x = fields[neuron.mode]!.re;
        const { gain } = neuron;
        const sent =
          neuron.kind === "relu" ? Math.max(0, x) : Math.min(neuron.range, Math.max(0, x - neuron.threshold));
        fields[neuron.mode] = { re: gain * sent, im: 0 };
      }
    }
    results.push(circuit.outputs.map((port) => fields[port.mode]!.re));
  }
  return results;
}
