import { csvLine, parquet, type TypedTable } from "../../../formats/index.ts";
import type { Device, Mesh, Waveguide } from "../../circuit/circuit.ts";
import { withCommas } from "../join.ts";
import type { Subject } from "../scope.ts";
import { optionValue, type Target, type TargetOptions } from "../target.ts";

/**
 * Phase settings, one row a device with phase shifters, in the order of the light.
 *
 * - `layer`: name of the section; `mesh`: name of the mesh; both prefixed by their index, `3 layer 2`
 * - `column`: column of the mesh in which the device stands
 * - `modes`: waveguides of the circuit, `4` or `4 7`; the first one carries the phase shifters
 * - `kind`: `mzi` (two phase shifters, theta between the couplers and phi before them), `attenuator` (the same with a
 *   dark second input), `phase` (one phase shifter, phi)
 * - `theta_rad`, `phi_rad`: phases in radians in [0, 2 pi); `theta_rad` is empty for `phase`
 * - `theta_volt`, `phi_volt` with a drive model: thermal V = vpi sqrt(phase / pi), linear V = vpi phase / pi
 * - `theta_code`, `phi_code` with a number of bits: the nearest of 2^bits settings of a converter whose full scale, the
 *   unreachable code 2^bits, is a whole turn (without a drive model, phase is linear in the code) or its voltage
 */
export const phasesTarget: Target = {
  name: "phases",
  summary: "table of phase settings, one row a device (CSV, JSON or Parquet)",
  carries: "phases of all devices, converter codes, drive voltages; any scope in one file",
  limits: "no connections beyond mode numbers, no neurons, no ports",
  options: [
    { name: "format", summary: "of the file", values: ["csv", "json", "parquet"] },
    {
      name: "bits",
      summary: "of the converters, for codes",
      values: ["none", "6", "8", "10", "12", "14", "16"],
      also: { what: "1 to 24", pattern: /^([1-9]|1\d|2[0-4])$/ },
    },
    {
      name: "drive",
      summary: "how phase follows voltage, for voltages",
      values: ["none", "thermal", "linear"],
    },
    {
      name: "vpi",
      summary: "voltage of a phase of pi, with a drive model",
      values: ["5"],
      also: { what: "a positive number of volts", pattern: /^(?=.*[1-9])\d+(\.\d+)?$/ },
    },
  ],
  check: () => [],
  emit: (subject, options) => {
    const format = optionValue(phasesTarget.options, options, "format");
    const stem = subject.scope.kind === "circuit" ? "phases" : `${subject.stem}.phases`;
    const table = tableOf(subject, options);
    return [
      {
        name: `${stem}.${format}`,
        content: format === "parquet" ? parquet(table) : format === "json" ? printJson(table) : printCsv(table),
      },
    ];
  },
};

const TURN = 2 * Math.PI;

interface Drive {
  readonly kind: "none" | "thermal" | "linear";
  readonly vpi: number;
  readonly bits: number | null;
}

function tableOf({ circuit, scope }: Subject, options: TargetOptions): TypedTable {
  const bits = optionValue(phasesTarget.options, options, "bits");
  const drive: Drive = {
    kind: optionValue(phasesTarget.options, options, "drive") as Drive["kind"],
    vpi: Number(optionValue(phasesTarget.options, options, "vpi")),
    bits: bits === "none" ? null : Number(bits),
  };
  const pair = (unit: string, type: "number" | "integer") => [
    { name: `theta_${unit}`, type, optional: true },
    { name: `phi_${unit}`, type, optional: false },
  ];
  const text = (name: string) => ({ name, type: "text" as const, optional: false });
  return {
    columns: [
      text("layer"),
      text("mesh"),
      { name: "column", type: "integer", optional: false },
      text("modes"),
      text("kind"),
      ...pair("rad", "number"),
      ...(drive.kind === "none" ? [] : pair("volt", "number")),
      ...(drive.bits === null ? [] : pair("code", "integer")),
    ],
    rows: function* () {
      for (const [s, section] of circuit.sections.entries()) {
        for (const [m, mesh] of section.meshes.entries()) {
          const inside =
            scope.kind === "circuit" || (scope.section === s && (scope.kind === "layer" || scope.mesh === m));
          if (inside) {
            const names = [`${s} ${section.name}`, `${m} ${mesh.name}`];
            for (const device of mesh.devices) {
              if (device.kind === "waveguide") {
                continue;
              }
              yield [...names, device.column, modesOf(device, mesh), device.kind, ...settings(device, drive)];
            }
          }
        }
      }
    },
  };
}

function settings(device: Exclude<Device, Waveguide>, drive: Drive): (number | null)[] {
  const phases = [device.kind === "phase" ? null : turn(device.thetaRad), turn(device.phiRad)];
  const cells = [...phases];
  if (drive.kind !== "none") {
    cells.push(...phases.map((phase) => (phase === null ? null : drive.vpi * relative(phase / Math.PI, drive))));
  }
  if (drive.bits !== null) {
    const steps = 2 ** drive.bits;
    // a whole turn is no turn; with a drive model the highest voltage is not the lowest one
    const code = (phase: number): number => {
      const nearest = Math.round(relative(phase / TURN, drive) * steps);
      return nearest < steps ? nearest : drive.kind === "none" ? 0 : steps - 1;
    };
    cells.push(...phases.map((phase) => (phase === null ? null : code(phase))));
  }
  return cells;
}

/** Voltage in units of that at phase 1, for a phase in the same unit. */
function relative(phase: number, drive: Drive): number {
  return drive.kind === "thermal" ? Math.sqrt(phase) : phase;
}

function modesOf(device: Device, mesh: Mesh): string {
  const first = mesh.modes[device.mode]!;
  return device.kind === "mzi" ? `${first} ${mesh.modes[device.mode + 1]!}` : `${first}`;
}

function turn(phaseRad: number): number {
  const rest = phaseRad % TURN;
  // a tiny negative rest rounds up to a whole turn
  const positive = rest < 0 ? rest + TURN : rest;
  return positive >= TURN || positive === 0 ? 0 : positive;
}

function* printCsv(table: TypedTable): Generator<string> {
  yield csvLine(table.columns.map((column) => column.name));
  for (const row of table.rows()) yield csvLine(row);
}

function* printJson(table: TypedTable): Generator<string> {
  yield '{\n  "format": "optinc.phases",\n  "version": 1,\n  "rows": [';
  yield* withCommas(entriesOf(table));
  yield "\n  ]\n}\n";
}

function* entriesOf({ columns, rows }: TypedTable): Generator<string> {
  for (const row of rows()) {
    yield `\n    ${JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, row[i]!])))}`;
  }
}
