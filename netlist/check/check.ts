import { type Fields, isFields } from "../../formats/index.ts";
import type { Aggregate, Circuit } from "../circuit/circuit.ts";
import { circuitRule } from "../circuit/schema.ts";
import { resultOf, sumFormat } from "../circuit/symbols.ts";
import { circuitVersion } from "../circuit/version.ts";
import { checkCertificate } from "./claims.ts";
import type { Finding } from "./finding.ts";
import { ANYWHERE, type Counts, checkForm, shown } from "./form.ts";
import { checkMeshes } from "./meshes.ts";
import { checkPlacement } from "./placement.ts";
import { checkLight } from "./ports.ts";
import { newReports, type Reports } from "./reports.ts";

export interface CheckedCircuit {
  /** The value itself when it is a sound circuit (no finding of severity error), else null. */
  readonly circuit: Circuit | null;
  readonly findings: readonly Finding[];
}

/** Modes that a circuit may have beyond four for every one that is named in it. */
const SPARE_MODES = 1024;

const steps = [checkVersion, checkSizes, checkMeshes, checkLight, checkCertificate, checkPlacement];

/** Checks a parsed circuit file completely: form, ranges, ports, devices, light, certificate and placement. Never throws. */
export function checkCircuit(value: unknown): CheckedCircuit {
  const reports = newReports();
  if (!isCircuitFile(value, reports)) {
    return { circuit: null, findings: reports.findings() };
  }
  checkForm(value, circuitRule, "", countsOf(value), reports);
  const circuit = reports.errors() === 0 ? (value as unknown as Circuit) : null;
  // each step relies on the ones before it
  for (const step of circuit === null ? [] : steps) {
    if (reports.errors() === 0) {
      step(circuit!, reports);
    }
  }
  return { circuit: reports.errors() === 0 ? circuit : null, findings: reports.findings() };
}

function isCircuitFile(value: unknown, reports: Reports): value is Fields {
  if (!isFields(value) || value["format"] !== "optinc.circuit") {
    reports.fail(
      "OPT0401",
      "format",
      "this is not a circuit",
      'a circuit file says "format": "optinc.circuit"; `optinc compile` writes one',
    );
    return false;
  }
  const { version } = value;
  if (version !== 1 && version !== 2 && version !== 3 && version !== 4) {
    reports.fail(
      "OPT0402",
      "version",
      `circuit version ${shown(version)} is unknown`,
      "this tool reads versions 1 to 4: compile the spec again, or use the tool that wrote the file",
    );
    return false;
  }
  return true;
}

/** What the file says that there is; indices beyond it are reported where they stand. */
function countsOf(value: Fields): Counts {
  const { aggregate, certificate } = value;
  const whole = (it: unknown): number => (typeof it === "number" && Number.isInteger(it) ? it : ANYWHERE);
  const length = (it: unknown): number => (Array.isArray(it) ? it.length : ANYWHERE);
  return {
    modes: whole(value["modes"]),
    workers: isFields(aggregate) ? whole(aggregate["workers"]) : ANYWHERE,
    symbols: isFields(aggregate) ? whole(aggregate["symbols"]) : ANYWHERE,
    received: isFields(aggregate) ? receivedSymbols(aggregate, whole) : ANYWHERE,
    sections: length(value["sections"]),
    signals: isFields(certificate) ? length(certificate["signals"]) : ANYWHERE,
  };
}

function receivedSymbols(aggregate: Fields, whole: (it: unknown) => number): number {
  if (aggregate["rounding"] !== "none") return whole(aggregate["symbols"]);
  return sumFormat(whole(aggregate["workers"]), whole(aggregate["bits"]), whole(aggregate["levels"])).symbols;
}

/** The version must be late enough for what the circuit holds, so that an older reader refuses it. */
function checkVersion(circuit: Circuit, reports: Reports): void {
  const needed = circuitVersion(circuit.sections);
  if (circuit.version >= needed) return;
  const [what, why] =
    needed === 4
      ? ["measured couplers", "they need version 4; earlier readers assume 50:50 couplers"]
      : needed === 3
        ? ["neurons that saturate", "they need version 3; earlier readers know only rectifiers"]
        : [
            "devices that lose light, or waveguides",
            "losses need version 2; readers of version 1 assume ideal devices",
          ];
  reports.fail("OPT0402", "version", `a circuit of version ${circuit.version} has ${what}`, why);
}

function checkSizes(circuit: Circuit, reports: Reports): void {
  checkAggregate(circuit.aggregate, reports);
  checkModes(circuit, reports);
}

/** Of a received word: more would not fit in the 32 bits of a code. */
const MOST_BITS = 32;

function checkAggregate(aggregate: Aggregate, reports: Reports): void {
  const { workers, bits, levels, symbols, fanIn } = aggregate;
  const perSymbol = Math.log2(levels);
  if (!Number.isInteger(perSymbol) || perSymbol > bits || symbols !== Math.ceil(bits / perSymbol)) {
    reports.fail(
      "OPT0406",
      "aggregate",
      `${bits}-bit words at ${levels} levels are not ${symbols} symbols`,
      "levels are 2, 4, 8 or 16, and symbols = ceil(bits / log2(levels))",
    );
  }
  const result = resultOf(aggregate).bits;
  if (result > MOST_BITS) {
    const message = `the sum of ${workers} words of ${bits} bits has ${result} bits, more than ${MOST_BITS}`;
    const help = "round the mean, or take shorter words";
    reports.fail("OPT0406", "aggregate", message, help);
  }
  if (fanIn !== undefined && fanIn.length > 0 && fanIn.reduce((product, it) => product * it, 1) < workers) {
    reports.fail(
      "OPT0406",
      "aggregate.fanIn",
      `a cascade of ${fanIn.join(" x ")} has no inputs for ${workers} workers`,
    );
  }
}

/** That a small file does not ask for the memory of a large circuit. */
function checkModes(circuit: Circuit, reports: Reports): void {
  let named = circuit.inputs.length + circuit.outputs.length;
  for (const section of circuit.sections) {
    named += section.activations.length;
    for (const mesh of section.meshes) {
      named += mesh.modes.length;
    }
  }
  if (circuit.modes > SPARE_MODES + 4 * named) {
    reports.fail("OPT0404", "modes", `${circuit.modes} modes are too many: ports, meshes and neurons name ${named}`);
  }
}
