import type { Circuit } from "../../circuit/circuit.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { levelsOfSymbol, resultOf } from "../../circuit/symbols.ts";
import { comment } from "../identifiers.ts";
import { receiverSettings } from "./delays.ts";
import { headerLines } from "./header.ts";
import { inputMeaning, inputStem, outputMeaning, outputStem, portNodes, sectionFields } from "./library.ts";
import { wrapped } from "./parts.ts";
import { iterationsFor, type SpicePlan } from "./plan.ts";
import { measurements, type Stream, streamExplained, transientOf, waveformOf } from "./stream.ts";

interface Bench {
  /** The line that includes the library, or the library itself. */
  readonly library: Iterable<string>;
  /** Whether the fields between sections are kept too. */
  readonly saveSections: boolean;
  /** A waveform in place of an operating point. */
  readonly stream: Stream | null;
  /** Before the names of the library's models. */
  readonly prefix: string;
}

/** Sources, the circuit, receivers and an analysis that ngspice runs. */
export function* testbench(circuit: Circuit, plan: SpicePlan, bench: Bench): Generator<string> {
  yield headerLines(comment(circuit.name), circuit.aggregate);
  yield* explained(circuit, plan, bench);
  yield "\n* the circuit\n";
  yield* bench.library;
  yield* sources(circuit, plan, bench);
  if (plan.walls) {
    yield `\n${wrapped(["X_dut", ...portNodes(circuit, plan), plan.subcircuit])}`;
  }
  yield "\n* receivers\n";
  const filters = bench.stream?.timing?.filters ?? null;
  for (const port of circuit.outputs) {
    const stem = outputStem(port);
    if (filters !== null)
      yield `X_seen_${stem} out_${stem}_re seen_${stem} ${bench.prefix}detected ${receiverSettings(filters)}\n`;
    const field = filters === null ? `out_${stem}_re` : `seen_${stem}`;
    const highest = levelsOfSymbol(resultOf(circuit.aggregate), port.symbol) - 1;
    yield `E_rx_${stem} rx_${stem} 0 ${field} 0 ${formatNumber(port.levelsPerField)}\n`;
    yield `B_level_${stem} level_${stem} 0 V=max(0,min(${highest},floor(V(rx_${stem})+0.5)))\n`;
  }
  yield* analysis(circuit, plan, bench);
}

function* explained(circuit: Circuit, plan: SpicePlan, { saveSections, stream }: Bench): Generator<string> {
  const printed =
    stream === null ? "what every receiver gets, in levels" : "the levels that the first worker gets in each slot";
  yield `* A testbench of the circuit, for ngspice 39 or later:
*   ngspice -b FILE               prints ${printed}
*   ngspice -b -r OUT.raw FILE    writes the nodes that are saved, as a raw file
* Saved is what this header names${saveSections ? ", and the fields between sections" : ""}; v(NODE) in a .save line saves another node.
* A field is a complex amplitude on two nodes, X_re and X_im, in volts.
*
`;
  if (stream !== null) yield* streamExplained(circuit, stream);
  else
    yield `* To choose the input, set the parameters w<worker>_s<symbol> below (0..levels-1, symbol 0 = most significant), or
* "alter" the sources V_w<worker>_s<symbol>_re, in volts.
`;
  const { signed, bits } = circuit.aggregate;
  const { min } = resultOf(circuit.aggregate);
  if (signed) {
    yield `* Words are signed and travel as offset-binary: the symbols are those of word + ${2 ** (bits - 1)}. The word 0 is sent as ${2 ** (bits - 1)};
* all symbols 0 are the word ${-(2 ** (bits - 1))}. What the receivers get is read the same way, less ${-min}.
`;
  }
  yield "* Inputs:\n";
  for (const port of circuit.inputs) {
    yield `*   ${inputStem(port, plan)}_re, _im   ${inputMeaning(port)}\n`;
  }
  yield `* Outputs: out_ is the field, rx_ the receiver (Re(field) in levels), level_ its nearest level:\n`;
  for (const port of circuit.outputs) {
    const stem = outputStem(port);
    yield `*   out_${stem}_re, _im, rx_${stem}, level_${stem}   ${outputMeaning(port)}\n`;
  }
}

function* sources(circuit: Circuit, plan: SpicePlan, { stream, prefix }: Bench): Generator<string> {
  yield `\n* inputs: levels of the workers' symbols${stream === null ? "" : " over time"}\n`;
  for (const port of stream === null ? circuit.inputs : []) {
    if (port.kind === "worker") yield `.param ${inputStem(port, plan)}=0\n`;
  }
  for (const [p, port] of circuit.inputs.entries()) {
    const stem = inputStem(port, plan);
    const value =
      port.kind === "reference"
        ? formatNumber(port.field)
        : stream !== null
          ? waveformOf(circuit, stream, p, port)
          : `{${stem}*(${formatNumber(port.fieldPerLevel)})}`;
    if (port.kind === "worker" && (stream?.timing?.filters ?? null) !== null) {
      yield `V_${stem}_re sent_${stem} 0 ${value}\nX_sent_${stem} sent_${stem} ${stem}_re ${prefix}modulated\n`;
    } else yield `V_${stem}_re ${stem}_re 0 ${value}\n`;
    yield `V_${stem}_im ${stem}_im 0 0\n`;
  }
}

/** In batch mode without a raw file the control section runs the analysis and prints, and nothing else is printed. */
export const CONTROL_START = [".control", "if $?batchmode & $?rawfile = 0", "run"] as const;
export const CONTROL_END = ["quit", "end", ".endc"] as const;

function* analysis(circuit: Circuit, plan: SpicePlan, { saveSections, stream }: Bench): Generator<string> {
  yield "\n";
  for (const port of circuit.inputs) {
    const stem = inputStem(port, plan);
    yield `.save v(${stem}_re) v(${stem}_im)\n`;
  }
  for (const port of circuit.outputs) {
    const stem = outputStem(port);
    yield `.save v(out_${stem}_re) v(out_${stem}_im) v(rx_${stem}) v(level_${stem})\n`;
  }
  if (saveSections) {
    for (const field of sectionFields(plan)) {
      const stem = plan.walls ? `x_dut.${field}` : field;
      yield `.save v(${stem}_re) v(${stem}_im)\n`;
    }
  }
  const iterations = iterationsFor(circuit.sections.length);
  yield `.options itl1=${iterations} reltol=1e-9 vntol=1e-12 abstol=1e-12\n`;
  if (stream === null) yield ".op\n";
  else {
    yield `.options itl4=${iterations} noinit\n`;
    yield* transientOf(stream);
  }
  yield `${CONTROL_START.join("\n")}\n`;
  if (stream !== null) yield* measurements(circuit, stream);
  for (const port of stream === null ? circuit.outputs : []) {
    const stem = outputStem(port);
    yield `print v(rx_${stem}) v(level_${stem})\n`;
  }
  yield `${CONTROL_END.join("\n")}\n.end\n`;
}
