import { type Circuit, type Delays, delayOfDevice, spiceTarget, subjectOf } from "../../netlist/index.ts";

/**
 * A voltage, later: a transmission line behind its own resistance and without load, so that nothing comes back twice. `rel` and
 * `abs` keep ngspice from stepping to each of the many corners that come out of the lines; the steps of .tran are short enough instead.
 */
const DELAY = `.subckt delay a c td=1p
E e 0 a 0 1
R e r 1
T r 0 c 0 Z0=1 TD={td} rel=1e9 abs=1e99
.ends delay
`;

/** How long a transmitter takes from one level to the next. */
const EDGE_S = 1e-12;

/**
 * The printed netlist of a circuit with a transmission line behind every output of every device and neuron, and sources that send
 * words: `levels[input][word]` from launchesS[input] on, one a period. The receivers are the nodes rx_w<worker>_s<symbol>.
 */
export function delayedNetlist(
  circuit: Circuit,
  delays: Delays,
  launchesS: readonly number[],
  levels: readonly (readonly number[])[],
  periodS: number,
  endS: number,
): string {
  const [file] = spiceTarget.emit(subjectOf(circuit, { kind: "circuit" }), { hierarchy: "flat", testbench: "inside" });
  const lines = [...file!.content].join("").replaceAll("\n+ ", " ").split("\n");
  const later = lines.flatMap((line) => delayed(line, circuit, delays)).join("\n");
  const sources = circuit.inputs.flatMap((port, p) => {
    if (port.kind === "reference") return [];
    // dark before and after
    const sent = [...levels[p]!, 0];
    const points = sent.flatMap((level, word) => {
      const [before, fromS] = [sent[word - 1] ?? 0, launchesS[p]! + word * periodS];
      return [`${fromS} ${before * port.fieldPerLevel}`, `${fromS + EDGE_S} ${level * port.fieldPerLevel}`];
    });
    return [[`V_w${port.worker}_s${port.symbol}_re`, `PWL(${points.join(" ")})`] as const];
  });
  const driven = sources.reduce(
    (text, [name, waveform]) =>
      text.replace(new RegExp(`^(${name} \\S+ 0) .*$`, "m"), (_, head) => `${head} ${waveform}`),
    later,
  );
  return driven
    .replace(/^\.control\n[\s\S]*^\.endc\n/m, "")
    .replace(/^\.op$/m, `.tran 0.5p ${endS} 0 0.5p`)
    .replace(/\n/, `\n${DELAY}`);
}

/** A line of the netlist; of a device, its outputs come later. */
function delayed(line: string, circuit: Circuit, delays: Delays): string[] {
  const [name, ...words] = line.split(" ");
  const place = /^X_s(\d+)_(?:m(\d+)_d(\d+)_c\d+|n\d+)$/.exec(name!);
  if (place === null) return [line];
  const [section, mesh, number] = place.slice(1).map(Number);
  const device = circuit.sections[section!]!.meshes[mesh!]?.devices[number!];
  const delayS = device === undefined ? delays.neuronDelayS : delayOfDevice(device, delays);
  const pins = device?.kind === "mzi" ? 8 : 4;
  const outputs = words.slice(pins / 2, pins);
  const early = [...words.slice(0, pins / 2), ...outputs.map((node) => `${node}_early`), ...words.slice(pins)];
  return [
    [name, ...early].join(" "),
    ...outputs.map((node) => `X_delay_${node} ${node}_early ${node} delay td=${delayS}`),
  ];
}
