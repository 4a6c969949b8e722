import { describe, expect, it } from "vitest";
import { DEVICE_MODELS } from "../../../netlist/formats/spice/parts.ts";
import { type C, coupler, product, upperPhase } from "../reference.ts";
import { runNetlist } from "./spice.ts";

const times = (a: C, b: C): C => product([[a]], [[b]])[0]![0]!;
const turned = (rad: number): C => [Math.cos(rad), Math.sin(rad)];

interface Setting {
  readonly theta: number;
  readonly phi: number;
  readonly il: number;
  readonly k1: number;
  readonly k2: number;
}

/** The parts of the device one after the other, as the words of its subcircuit say. */
function mzi({ theta, phi, il, k1, k2 }: Setting): readonly C[][] {
  const field = 10 ** (-il / 20);
  return [upperPhase(theta), coupler(k1), upperPhase(phi)]
    .reduce(product, coupler(k2))
    .map((row) => row.map(([re, im]): C => [field * re, field * im]));
}

const settings: readonly Setting[] = [
  { theta: 1.1, phi: 0.3, il: 0, k1: 0.5, k2: 0.5 },
  { theta: 0, phi: 2, il: 0, k1: 0.5, k2: 0.5 },
  { theta: 2.5, phi: -1.2, il: 0.23, k1: 0.5, k2: 0.5 },
  { theta: 1.7, phi: 4, il: 0, k1: 0.45, k2: 0.5 },
  { theta: 1.7, phi: 4, il: 0, k1: 0.5, k2: 0.45 },
  { theta: -0.9, phi: 0.8, il: 3, k1: 0.61, k2: 0.38 },
  { theta: 3, phi: 1, il: 0.1, k1: 0, k2: 1 },
];

const inputs: readonly (readonly [C, C])[] = [
  [
    [1, 0],
    [0, 0],
  ],
  [
    [0, 0],
    [0, 1],
  ],
  [
    [0.3, -0.7],
    [-1.1, 0.4],
  ],
];

describe("devices of the SPICE file that are not ideal, in ngspice (WebAssembly)", () => {
  it("an MZI and an attenuator are their couplers, phases and loss one after the other", async () => {
    const lines: string[] = [];
    settings.forEach(({ theta, phi, il, k1, k2 }, s) => {
      const written = `theta=${theta} phi=${phi} il=${il} k1=${k1} k2=${k2}`;
      inputs.forEach(([[ar, ai], [br, bi]], i) => {
        const n = `${s}_${i}`;
        lines.push(
          `V1_${n} a${n} 0 ${ar}`,
          `V2_${n} aa${n} 0 ${ai}`,
          `V3_${n} b${n} 0 ${br}`,
          `V4_${n} bb${n} 0 ${bi}`,
        );
        lines.push(`X1_${n} a${n} aa${n} b${n} bb${n} cr${n} ci${n} dr${n} di${n} mzi ${written}`);
        lines.push(`X2_${n} a${n} aa${n} er${n} ei${n} attenuator ${written}`);
        lines.push(`X3_${n} a${n} aa${n} fr${n} fi${n} phase phi=${phi} il=${il}`);
      });
    });
    const { values } = await runNetlist(`* devices\n${DEVICE_MODELS}\n${lines.join("\n")}\n.op\n.end\n`, "Operating");
    settings.forEach((setting, s) => {
      const [upper, lower] = mzi(setting);
      const shifted = times(turned(setting.phi), [10 ** (-setting.il / 20), 0]);
      inputs.forEach(([a, b], i) => {
        const sum = ([x, y]: C, [z, w]: C): C => [x + z, y + w];
        const expected: Record<string, C> = {
          c: sum(times(upper![0]!, a), times(upper![1]!, b)),
          d: sum(times(lower![0]!, a), times(lower![1]!, b)),
          e: times(upper![0]!, a),
          f: times(shifted, a),
        };
        for (const [port, [re, im]] of Object.entries(expected)) {
          expect(values.get(`${port}r${s}_${i}`)![0], `${port} of ${s}`).toBeCloseTo(re, 12);
          expect(values.get(`${port}i${s}_${i}`)![0], `${port} of ${s}`).toBeCloseTo(im, 12);
        }
      });
    });
  });

  it("a neuron adds its offset, stops at its saturation and is quiet in an operating point", async () => {
    const set = ["", "gain=2", "gain=2 offset=0.25", "gain=2 offset=-1", "gain=2 saturation=1.5 noise=0.1"];
    const fields = [-0.5, 0.6, 1.2];
    const lines = set.flatMap((written, s) =>
      fields.flatMap((field, i) => [
        `V${s}_${i} a${s}_${i} 0 ${field}`,
        `X${s}_${i} a${s}_${i} 0 c${s}_${i} d${s}_${i} neuron ${written}`,
      ]),
    );
    const { values } = await runNetlist(`* neurons\n${DEVICE_MODELS}\n${lines.join("\n")}\n.op\n.end\n`, "Operating");
    const sent = set.map((_, s) => fields.map((_, i) => Number(values.get(`c${s}_${i}`)![0]!.toFixed(12))));
    expect(sent).toEqual([
      [0, 0.6, 1.2],
      [0, 1.2, 2.4],
      [0, 1.7, 2.9],
      [0, 0, 0.4],
      [0, 1.2, 1.5],
    ]);
  });

  it("the noise of a neuron has the standard deviation that was set, and is another one every nt", async () => {
    const text = `* noise\n${DEVICE_MODELS}\nV1 a 0 5\nX1 a 0 c d neuron noise=0.2 nt=1n\nX2 a 0 e f neuron\n.tran 0.5n 1u\n.end\n`;
    const { values } = await runNetlist(text, "Transient");
    const time = values.get("time")!;
    const at = (node: string, t: number): number => values.get(node)![time.findIndex((it) => it >= t - 1e-13)]!;
    const samples = Array.from({ length: 990 }, (_, i) => at("c", (i + 1) * 1e-9) - 5);
    const rms = Math.sqrt(samples.reduce((sum, it) => sum + it * it, 0) / samples.length);
    // five standard errors of 990 Gaussian values
    expect(Math.abs(rms / 0.2 - 1)).toBeLessThan(5 / Math.sqrt(2 * samples.length));
    const lag = samples.slice(1).reduce((sum, it, i) => sum + it * samples[i]!, 0) / samples.length / rms ** 2;
    expect(Math.abs(lag)).toBeLessThan(5 / Math.sqrt(samples.length));
    expect(new Set(values.get("e")!)).toEqual(new Set([5]));
  });
});
