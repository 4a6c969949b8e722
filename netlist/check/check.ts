import type { Circuit } from "../circuit/circuit.ts";
import { checkCertificate } from "./claims.ts";
import type { Finding } from "./finding.ts";
import { checkLight } from "./light.ts";
import { type Fields, type Inspector, inspector, place } from "./shape.ts";

export interface CheckedCircuit {
  /** The value itself when it is a sound circuit (no finding of severity error), else null. */
  readonly circuit: Circuit | null;
  readonly findings: readonly Finding[];
}

/** Largest counts that are taken for meant, so that a damaged number cannot make the tool allocate without end. */
const MOST_MODES = 1 << 24;
const MOST_WORKERS = 4096;
const LARGEST_COLUMN = 2 ** 31;

const ANYWHERE = Number.MAX_SAFE_INTEGER;

/** Checks a parsed circuit file completely: form, ranges, ports, devices, light and certificate. Never throws. */
export function checkCircuit(value: unknown): CheckedCircuit {
  const look = inspector();
  if (!isCircuitFile(value, look)) {
    return { circuit: null, findings: look.findings() };
  }
  checkForm(value, look);
  if (look.errors() === 0) {
    const circuit = value as unknown as Circuit;
    checkLight(circuit, look);
    checkCertificate(circuit, look);
  }
  return { circuit: look.errors() === 0 ? (value as unknown as Circuit) : null, findings: look.findings() };
}

function isCircuitFile(value: unknown, look: Inspector): value is Fields {
  const fields = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  if (fields?.["format"] !== "optinc.circuit") {
    look.report({
      code: "OPT0401",
      severity: "error",
      message: "this is not a circuit",
      where: "format",
      help: 'a circuit file says "format": "optinc.circuit"; `optinc compile` writes one',
    });
    return false;
  }
  if (fields["version"] !== 1) {
    look.report({
      code: "OPT0402",
      severity: "error",
      message: `circuit version ${JSON.stringify(fields["version"]) ?? "missing"} is unknown`,
      where: "version",
      help: "this tool reads version 1: compile the spec again, or use the tool that wrote the file",
    });
    return false;
  }
  return true;
}

function checkForm(value: Fields, look: Inspector): void {
  const keys = ["format", "version", "name", "aggregate", "modes", "inputs", "sections", "outputs", "certificate"];
  look.object(value, "", keys);
  look.text(value, "name", "");
  const modes = look.integer(value, "modes", "", 0, MOST_MODES) ?? 0;
  const { workers, symbols } = checkAggregate(value["aggregate"], look);
  look.list(value, "inputs", "").forEach((port, i) => {
    checkInput(port, `inputs[${i}]`, modes, workers, symbols, look);
  });
  look.list(value, "sections", "").forEach((section, s) => {
    checkSection(section, `sections[${s}]`, modes, look);
  });
  look.list(value, "outputs", "").forEach((port, o) => {
    const where = `outputs[${o}]`;
    const fields = look.object(port, where, ["name", "mode", "worker", "symbol", "levelsPerField"]);
    if (fields !== null) {
      look.text(fields, "name", where);
      look.integer(fields, "mode", where, 0, modes - 1);
      look.integer(fields, "worker", where, 0, workers - 1);
      look.integer(fields, "symbol", where, 0, symbols - 1);
      look.finite(fields, "levelsPerField", where, "nonzero");
    }
  });
}

function checkAggregate(value: unknown, look: Inspector): { workers: number; symbols: number } {
  const where = "aggregate";
  const fields = look.object(value, where, ["workers", "bits", "levels", "signed", "rounding", "symbols", "fanIn"]);
  if (fields === null) {
    return { workers: ANYWHERE, symbols: ANYWHERE };
  }
  const workers = look.integer(fields, "workers", where, 1, MOST_WORKERS);
  const bits = look.integer(fields, "bits", where, 1, 32);
  const levels = look.integer(fields, "levels", where, 2, 16);
  const symbols = look.integer(fields, "symbols", where, 1, 32);
  look.flag(fields, "signed", where);
  look.oneOf(fields, "rounding", where, ["floor", "half-up", "half-even"]);
  if (fields["fanIn"] !== undefined) {
    checkFanIn(fields, workers, look);
  }
  if (bits !== null && levels !== null && symbols !== null) {
    const perSymbol = Math.log2(levels);
    if (!Number.isInteger(perSymbol) || perSymbol > bits || symbols !== Math.ceil(bits / perSymbol)) {
      look.report({
        code: "OPT0406",
        severity: "error",
        message: `${bits}-bit words at ${levels} levels are not ${symbols} symbols`,
        where,
        help: "levels are 2, 4, 8 or 16, and symbols = ceil(bits / log2(levels))",
      });
    }
  }
  return { workers: workers ?? ANYWHERE, symbols: symbols ?? ANYWHERE };
}

function checkFanIn(fields: Fields, workers: number | null, look: Inspector): void {
  const where = "aggregate";
  const levels = look.list(fields, "fanIn", where);
  const inputs = levels.map((_, i) =>
    look.integer({ [`fanIn[${i}]`]: levels[i] }, `fanIn[${i}]`, where, 2, MOST_WORKERS),
  );
  const capacity = inputs.reduce<number>((product, it) => product * (it ?? ANYWHERE), 1);
  if (workers !== null && levels.length > 0 && capacity < workers) {
    look.report({
      code: "OPT0406",
      severity: "error",
      message: `a cascade of ${inputs.join(" x ")} has no inputs for ${workers} workers`,
      where: place(where, "fanIn"),
      help: null,
    });
  }
}

function checkInput(
  value: unknown,
  where: string,
  modes: number,
  workers: number,
  symbols: number,
  look: Inspector,
): void {
  const reference = (value as Fields | null)?.["kind"] === "reference";
  const own = reference ? ["field"] : ["worker", "symbol", "fieldPerLevel"];
  const fields = look.object(value, where, ["kind", "name", "mode", ...own]);
  if (fields === null || look.oneOf(fields, "kind", where, ["worker", "reference"]) === null) {
    return;
  }
  look.text(fields, "name", where);
  look.integer(fields, "mode", where, 0, modes - 1);
  if (reference) {
    look.finite(fields, "field", where, "any");
  } else {
    look.integer(fields, "worker", where, 0, workers - 1);
    look.integer(fields, "symbol", where, 0, symbols - 1);
    look.finite(fields, "fieldPerLevel", where, "nonzero");
  }
}

function checkSection(value: unknown, where: string, modes: number, look: Inspector): void {
  const fields = look.object(value, where, ["kind", "name", "meshes", "activations"]);
  if (fields === null) {
    return;
  }
  look.oneOf(fields, "kind", where, ["combine", "reference", "layer", "broadcast"]);
  look.text(fields, "name", where);
  look.list(fields, "meshes", where).forEach((mesh, m) => {
    checkMesh(mesh, `${where}.meshes[${m}]`, modes, look);
  });
  look.list(fields, "activations", where).forEach((activation, a) => {
    const at = `${where}.activations[${a}]`;
    const it = look.object(activation, at, ["kind", "mode", "gain"]);
    if (it !== null) {
      look.oneOf(it, "kind", at, ["relu"]);
      look.integer(it, "mode", at, 0, modes - 1);
      look.finite(it, "gain", at, "positive");
    }
  });
}

function checkMesh(value: unknown, where: string, modes: number, look: Inspector): void {
  const fields = look.object(value, where, ["kind", "name", "modes", "devices", "terminated"]);
  if (fields === null) {
    return;
  }
  look.oneOf(fields, "kind", where, ["right", "singular", "left", "combiner", "splitter"]);
  look.text(fields, "name", where);
  const own = checkModes(fields, "modes", where, modes, look);
  for (const [i, mode] of checkModes(fields, "terminated", where, modes, look).entries()) {
    if (!own.has(mode)) {
      outsideMesh(`${where}.terminated[${i}]`, `mode ${mode} does not belong to the mesh`, look);
    }
  }
  const columns = new Map<number, { column: number; taken: boolean }>();
  look.list(fields, "devices", where).forEach((device, d) => {
    checkDevice(device, `${where}.devices[${d}]`, own.size, columns, look);
  });
}

/** The modes of a list, in its order; reports repeated ones. */
function checkModes(fields: Fields, key: string, where: string, modes: number, look: Inspector): Set<number> {
  const seen = new Set<number>();
  look.list(fields, key, where).forEach((_, i, all) => {
    const at = `${place(where, key)}[${i}]`;
    const mode = look.integer({ [at]: all[i] }, at, "", 0, modes - 1);
    if (mode !== null && seen.has(mode)) {
      outsideMesh(at, `mode ${mode} occurs twice`, look);
    }
    seen.add(mode ?? -1 - i);
  });
  return seen;
}

function checkDevice(
  value: unknown,
  where: string,
  size: number,
  columns: Map<number, { column: number; taken: boolean }>,
  look: Inspector,
): void {
  const kindOf = (value as Fields | null)?.["kind"];
  const angles = kindOf === "phase" ? ["phiRad"] : ["thetaRad", "phiRad"];
  const fields = look.object(value, where, ["kind", "column", "mode", ...angles]);
  const kind = fields === null ? null : look.oneOf(fields, "kind", where, ["mzi", "attenuator", "phase"]);
  if (fields === null || kind === null) {
    return;
  }
  for (const angle of angles) {
    look.finite(fields, angle, where, "any");
  }
  const column = look.integer(fields, "column", where, 0, LARGEST_COLUMN);
  const mode = look.integer(fields, "mode", where, 0, ANYWHERE);
  if (column === null || mode === null) {
    return;
  }
  const highest = kind === "mzi" ? size - 2 : size - 1;
  if (mode > highest) {
    outsideMesh(where, `the ${kind} on mode ${mode} does not fit in a mesh of ${size} modes`, look);
    return;
  }
  for (const local of kind === "mzi" ? [mode, mode + 1] : [mode]) {
    const before = columns.get(local);
    const taken = kind !== "phase";
    if (before !== undefined && (column < before.column || (column === before.column && taken && before.taken))) {
      look.report({
        code: "OPT0410",
        severity: "error",
        message: `column ${column} is not behind column ${before.column} of the device before it on mode ${local}`,
        where,
        help: "number the columns of a mesh in the direction of the light",
      });
    }
    columns.set(local, { column, taken: taken || (before?.column === column && before.taken) });
  }
}

function outsideMesh(where: string, message: string, look: Inspector): void {
  look.report({
    code: "OPT0409",
    severity: "error",
    message,
    where,
    help: "devices stand on the modes that the mesh lists, each listed once",
  });
}
