import { counted } from "../../dsl/index.ts";
import { layerNames, usualLayers } from "../../netlist/index.ts";
import {
  type NeuronKind,
  neuronKinds,
  type QuantityKey,
  quantities,
  quantityGroups,
  quantityKeys,
  type SourceKind,
  type Technology,
} from "../../physics/index.ts";
import { command, type GroupDefinition } from "../arguments/definition.ts";
import { argument, choice, flag } from "../arguments/parameters.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { displayName } from "../files/read.ts";
import { namedTechnology, shippedTechnologies, type TechnologyReading } from "../files/technologies.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { type CheckFormat, type FileFindings, findingFormats, printFindings } from "./check.ts";

const named = {
  name: argument("<name>", "a shipped one or a .yaml file"),
  json: flag("--json", "as JSON, in base units"),
};

const checked = {
  files: argument("<file...>", "technology files (.yaml), or - for standard input"),
  format: choice("--format <format>", "of the findings", findingFormats, "human"),
};

export const definition: GroupDefinition = {
  inner: {
    list: {
      about: "list the shipped ones",
      ...command({ json: flag("--json", "as JSON") }, (terminal, { json }) => runTechnologyList(terminal, json)),
    },
    show: {
      about: "print every quantity with its value, its kind and its source",
      ...command(named, (terminal, { name, json }) => runTechnologyShow(terminal, name, json)),
    },
    check: {
      about: "check your own technology files",
      ...command(checked, (terminal, { files, format }) => runTechnologyCheck(terminal, files, format)),
    },
  },
};

/** `optinc technology list`: the shipped technologies, with the share of assumed quantities. */
async function runTechnologyList(terminal: Terminal, json: boolean): Promise<ExitCode> {
  const readings = await Promise.all(shippedTechnologies().map(namedTechnology));
  if (json) {
    const listed = readings.map(({ technology }) => technology).filter((technology) => technology !== null);
    const rows = listed.map((each) => ({ name: each.name, description: each.description, kinds: kindsOf(each) }));
    terminal.data(`${JSON.stringify(rows, null, 2)}\n`);
    return exitCode.done;
  }
  for (const { technology } of readings) if (technology !== null) terminal.out(headOf(technology, terminal));
  return exitCode.done;
}

/** `optinc technology show NAME|FILE`: every quantity with its value, kind and source, and what is not given. */
async function runTechnologyShow(terminal: Terminal, name: string, json: boolean): Promise<ExitCode> {
  const { technology, source, diagnostics } = await namedTechnology(name);
  reportDiagnostics(terminal, source, diagnostics);
  if (technology === null) return exitCode.invalidInput;
  if (json) terminal.data(`${JSON.stringify({ format: "optinc.technology", version: 1, ...technology }, null, 2)}\n`);
  else
    terminal.out(
      `${headOf(technology, terminal)}${neuronsOf(technology, terminal)}${groupsOf(technology, terminal)}${layersOf(technology, terminal)}`,
    );
  return exitCode.done;
}

/** `optinc technology check FILE...`: whether files of one's own are technologies. */
async function runTechnologyCheck(
  terminal: Terminal,
  files: readonly string[],
  format: CheckFormat,
): Promise<ExitCode> {
  const findings: FileFindings[] = [];
  for (const file of files) {
    // A name without ending is a file here too.
    const reading: TechnologyReading = await namedTechnology(/[./\\]|^-$/.test(file) ? file : `./${file}`);
    const source = reading.source ?? { name: displayName(file), text: "" };
    findings.push({ source, contents: contentsOf(reading.technology), diagnostics: reading.diagnostics });
  }
  return await printFindings(terminal, findings, format);
}

function contentsOf(technology: Technology | null): string {
  return technology === null ? "" : `${technology.name}, ${kindsText(technology)}`;
}

function headOf(technology: Technology, { paintOut }: Terminal): string {
  return `${paintOut.bold(technology.name)}  ${kindsText(technology)}\n  ${technology.description}\n`;
}

function kindsText(technology: Technology): string {
  const kinds = Object.entries(kindsOf(technology)).filter(([, count]) => count > 0);
  const sum = kinds.reduce((all, [, count]) => all + count, 0);
  return `${counted(sum, "quantity", "quantities")}: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(", ")}`;
}

function kindsOf({ entries }: Technology): Readonly<Record<SourceKind, number>> {
  const kinds = { measured: 0, foundry: 0, simulated: 0, assumed: 0 };
  for (const { kind } of Object.values(entries)) kinds[kind]++;
  return kinds;
}

function neuronsOf({ neurons }: Technology, { paintOut }: Terminal): string {
  const width = Math.max(...neuronKinds.map((kind) => kind.length));
  const lines = neuronKinds.map((kind) => {
    const entry = neurons[kind];
    if (entry !== undefined) return `    ${kind.padEnd(width)}  ${entry.kind.padEnd(9)}  ${entry.source}\n`;
    const taken = kind === "relu" && Object.keys(neurons).length === 0 ? "not given, assumed to exist" : "not there";
    return `    ${paintOut.dim(`${kind.padEnd(width)}  ${taken}: ${neuronDocs[kind]}`)}\n`;
  });
  return `\n  ${paintOut.bold("Curves of neurons")}\n${lines.join("")}`;
}

const neuronDocs: Readonly<Record<NeuronKind, string>> = {
  relu: "gain * max(0, field)",
  saturating: "gain * min(range, max(0, field - threshold))",
};

function layersOf({ layers }: Technology, { paintOut }: Terminal): string {
  const width = Math.max(...layerNames.map((name) => name.length));
  const lines = layerNames.map((name) => {
    const entry = layers[name];
    const shown = `    ${name.padEnd(width)}`;
    if (entry !== undefined)
      return `${shown}  ${entry.place.join("/").padEnd(6)}  ${entry.kind.padEnd(9)}  ${entry.source}\n`;
    return `    ${paintOut.dim(`${name.padEnd(width)}  not given: layouts take ${usualLayers[name].join("/")}`)}\n`;
  });
  return `\n  ${paintOut.bold("Layers of the masks")}\n${lines.join("")}`;
}

function groupsOf({ entries }: Technology, { paintOut }: Terminal): string {
  const firsts = quantityGroups.map(([, first]) => quantityKeys.indexOf(first));
  const width = quantityKeys.reduce((widest, key) => Math.max(widest, key.length), 0);
  const values = Object.values(entries).reduce((widest, { written }) => Math.max(widest, written.length), 0);
  const line = (key: QuantityKey): string => {
    const entry = entries[key];
    const name = key.padEnd(width);
    if (entry === undefined) return `    ${paintOut.dim(`${name}  not given: ${quantities[key].doc}`)}\n`;
    return `    ${name}  ${entry.written.padEnd(values)}  ${entry.kind.padEnd(9)}  ${entry.source}\n`;
  };
  return quantityGroups
    .map(([title], index) => {
      const keys = quantityKeys.slice(firsts[index], firsts[index + 1]);
      return `\n  ${paintOut.bold(title)}\n${keys.map(line).join("")}`;
    })
    .join("");
}
