import { aggregateRows, verifyRows } from "../language/aggregate.ts";
import { constructedRows, importedRows, trainedRows } from "../language/network.ts";
import { type PlainValue, writtenValue } from "../language/reading.ts";
import { requirementRows } from "../language/requirements.ts";
import { fallbackOf, type Rows, type SettingRow } from "../language/row.ts";
import type { FreeSetting, NetworkSpec, Requirement, Spec } from "../language/spec.ts";
import { baseUnit } from "../language/units.ts";

/**
 * Specs as canonical text of the spec language: every setting written out, defaults too, one blank line between
 * aggregates. Parsing it gives the same specs, with empty `defaults`.
 */
export function formatSpecs(specs: readonly Spec[]): string {
  return specs.map(formatSpec).join("\n");
}

export function formatSpec(spec: Spec): string {
  const { emit, technology, symbolRateBd, portOrder, prefer, topology, ...rest } = aggregateRows;
  const isFree = (setting: FreeSetting): boolean => spec.free.includes(setting);
  const { workers, ...others } = rest;
  const head = isFree("topology") ? rest : { workers, topology, ...others };
  const rate = isFree("symbol-rate") ? { ...symbolRateBd, name: `${symbolRateBd.name} >=` } : symbolRateBd;
  const ports = isFree("port-order") ? {} : { portOrder };
  // Rate and ports only matter to lossy light.
  const physics =
    spec.technology === null && isUsual(symbolRateBd, spec.symbolRateBd) && isUsual(portOrder, spec.portOrder)
      ? {}
      : { technology, symbolRateBd: rate, ...ports };
  const groups = [
    formatSettings(head, spec),
    formatSettings(physics, spec),
    formatSettings({ prefer }, spec),
    formatRequirements(spec.requirements),
    isFree("network") ? ["network constructed"] : formatNetwork(spec.network),
    ["verify {", ...indented(formatSettings(verifyRows, spec.verify)), "}"],
    formatSettings({ emit }, spec),
  ];
  const body = groups
    .filter((lines) => lines.length > 0)
    .map((lines) => `${indented(lines).join("\n")}\n`)
    .join("\n");
  return `aggregate ${spec.name} {\n${body}}\n`;
}

function isUsual<T>(row: SettingRow<T>, value: T): boolean {
  return value === fallbackOf(row);
}

function formatRequirements(requirements: readonly Requirement[]): string[] {
  if (requirements.length === 0) return [];
  const bounds = requirements.map(({ metric, ...bound }) => [metric, bound] as const);
  const rows = bounds.map(([metric]) => [metric, requirementRows[metric]] as const);
  return ["require {", ...indented(formatSettings(Object.fromEntries(rows), Object.fromEntries(bounds))), "}"];
}

function formatNetwork(network: NetworkSpec): string[] {
  const block = (lines: readonly string[]): string[] => [`network ${network.kind} {`, ...indented(lines), "}"];
  switch (network.kind) {
    case "constructed":
      return block(formatSettings(constructedRows, network));
    case "trained":
      return block(formatSettings(trainedRows, network));
    case "imported":
      return block(formatSettings(importedRows, network));
  }
}

/** A line for every row, values below each other; what is null follows from other settings and is left out. */
export function formatSettings<S extends object>(rows: Rows<S>, values: NoInfer<S>): string[] {
  const fields = (Object.keys(rows) as (keyof S)[]).filter((field) => values[field] !== null);
  const width = fields.reduce((widest, field) => Math.max(widest, nameOf(rows[field]).length), 0);
  return fields.map((field) => {
    const row = rows[field];
    const value = formatValue(row, values[field]);
    return row.shape.kind === "flag" ? value : `${row.name.padEnd(width)} ${value}`;
  });
}

/** Flags stand alone and ask for no width. */
function nameOf({ name, shape }: SettingRow): string {
  return shape.kind === "flag" ? "" : name;
}

function formatValue<T>({ name, shape }: SettingRow<T>, value: T): string {
  switch (shape.kind) {
    case "flag":
      return value === true ? name : shape.opposite;
    case "number": {
      const unit = shape.dimension === null ? null : baseUnit(shape.dimension, Number(value));
      return unit === null ? String(value) : `${value} ${unit}`;
    }
    case "technology":
    case "file":
      return `"${String(value).replace(/["\\]/g, (c) => `\\${c}`)}"`;
    default:
      return writtenValue(value as PlainValue);
  }
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
