import { counted, duration, figure, grouped, percent } from "../../dsl/index.ts";
import { csvLine, headedTable } from "../../formats/index.ts";
import {
  type Answer,
  type Availability,
  type FaultDictionary,
  type FaultFinding,
  faultKinds,
  faultName,
  type Technology,
} from "../../physics/index.ts";
import { driveText } from "./procedure-report.ts";
import type { Terminal } from "./terminal.ts";

/** What `optinc faults` found about one chip. */
export interface FaultReport {
  readonly circuit: string;
  readonly chip: number;
  readonly seed: number;
  readonly dictionary: FaultDictionary;
  /** Null where none is named, and there is no availability then. */
  readonly technology: Technology | null;
  readonly availability: Answer<Availability> | null;
}

/** Names of unseen faults that are printed. */
const SHOWN = 8;

export function faultsText(report: FaultReport, paint: Terminal["paintOut"]): string {
  const { circuit, chip, seed, dictionary } = report;
  const { findings, words, all } = dictionary;
  const broken = findings.filter((each) => !each.words.right);
  const repaired = broken.filter(({ repair }) => repair !== "none");
  const unseen = broken.filter(({ seenBy }) => seenBy === "nothing");
  const lines = [
    `${paint.bold(circuit)}: of ${counted(findings.length, "single fault")} ${grouped(broken.length)} make words wrong, ` +
      `${grouped(broken.length - unseen.length)} of these are seen, ${grouped(repaired.length)} repaired`,
    `  chip ${grouped(chip)} of seed ${seed}, brought up; ${all ? "all " : ""}${grouped(words)} ${all ? "" : "random "}vectors of words tried, right ones proved for all`,
    "",
    ...headedTable([columns, ...faultKinds.flatMap((each) => rowOf(each, dictionary))], paint.dim),
    "",
    ...(unseen.length === 0
      ? []
      : [`  wrong and unseen: ${listed(unseen)}; steady light hides them, words sent one after another do not`]),
    ...availabilityLines(report),
    "  --csv FILE writes each fault: the words, the first reading that is off, what repairs it",
  ];
  return `${lines.join("\n")}\n`;
}

const columns = [
  ...["fault", "parts", "wrong", "share of words", "seen as set", "seen by steps"],
  ...["trimmed", "brought up", "not repaired"],
];

/** No row where no part can fail so. */
function rowOf({ kind, text }: (typeof faultKinds)[number], { findings, words }: FaultDictionary): string[][] {
  const own = findings.filter(({ fault }) => fault.kind === kind);
  if (own.length === 0) return [];
  const shares = own.filter((each) => !each.words.right).map((each) => each.words.wrong / words);
  const share = shares.length === 0 ? "" : `${rounded(Math.min(...shares))} to ${rounded(Math.max(...shares))} %`;
  const seen = ["readings", "steps"].map((by) => own.filter(({ seenBy }) => seenBy === by).length);
  const repaired = ["trimming", "bring-up", "none"].map((by) => own.filter(({ repair }) => repair === by).length);
  return [[text, `${own.length}`, `${shares.length}`, share, ...[...seen, ...repaired].map(String)]];
}

function rounded(share: number): string {
  return figure(Number((100 * share).toPrecision(2)));
}

function listed(findings: readonly FaultFinding[]): string {
  const names = findings.slice(0, SHOWN).map(({ fault }) => faultName(fault));
  const rest = findings.length - names.length;
  return `${names.join(", ")}${rest === 0 ? "" : ` and ${rest} more`}`;
}

function availabilityLines({ technology, availability }: FaultReport): string[] {
  if (technology === null || availability === null) return [];
  if (availability.kind !== "value") return [`  availability: not computed, ${availability.reason}`];
  const { share, betweenS, repairable } = availability.value;
  const assumed = availability.uses.filter((key) => technology.entries[key]?.kind === "assumed");
  return [
    `  availability ${percent(share)}: a fault that makes words wrong each ${duration(betweenS)}, ${percent(repairable)} of them repaired by steps`,
    ...(assumed.length === 0 ? [] : [`  assumed: ${assumed.join(", ")}`]),
  ];
}

export function faultsJson({ dictionary, technology, ...report }: FaultReport): string {
  const findings = dictionary.findings.map(({ fault, outcome, ...found }) => ({
    fault: faultName(fault),
    ...found,
    outcome: outcome === null ? null : { step: outcome.step.number, knob: outcome.step.knob, problem: outcome.problem },
  }));
  return `${JSON.stringify({ format: "optinc.faults", version: 1, technology: technology?.name ?? null, ...report, ...dictionary, findings }, null, 2)}\n`;
}

const csvColumns = [
  ...["fault", "words", "wrong", "proved", "seen_by", "step", "detector", "drive", "expected", "read"],
  ...["said_by_step", "said_of", "said", "part_named", "wrong_trimmed", "wrong_brought_up", "repair"],
];

/** A row a fault. */
export function* faultsCsv({ dictionary: { findings, words } }: FaultReport): Generator<string> {
  yield csvLine(csvColumns);
  for (const { fault, words: found, seenBy, reading, outcome, isNamed, trimmed, broughtUp, repair } of findings) {
    const { step, monitor, drive, expected, read } = reading ?? {};
    yield csvLine([
      ...[faultName(fault), words, found.wrong, found.right ? 1 : 0, seenBy, step],
      ...[monitor?.name, drive === undefined ? null : driveText(drive), expected, read],
      ...[outcome?.step.number, outcome?.step.knob.name, outcome?.problem, isNamed ? 1 : 0],
      ...[trimmed.wrong, broughtUp.wrong, repair],
    ]);
  }
}
