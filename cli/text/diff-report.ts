import { figure, findUnit, grouped, measured, percent, visibleLine } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import type { Circuit, PhaseDifference } from "../../netlist/index.ts";
import { type Check, checkText, dbm } from "../../physics/index.ts";
import { comparedFigures, type Difference, type Known } from "../../toolchain/index.ts";
import { allPass, checkLines, functionText } from "./checks.ts";
import type { Terminal } from "./terminal.ts";

/** One aggregate before and after. */
export interface Compared {
  readonly name: string;
  /** What the older circuit is called, where the two are called otherwise. */
  readonly formerName: string | null;
  /** Null where there is none of this name. */
  readonly older: Circuit["aggregate"] | null;
  readonly newer: Circuit["aggregate"] | null;
  /** The spec whose requirements count; null without one. */
  readonly heldTo: string | null;
  readonly technology: { readonly name: string; readonly symbolRateBd: number } | null;
  readonly difference: Difference;
}

/** Whether the newer circuit is proved, where it claims something, and keeps what is required. */
export function succeeds(compared: Compared): boolean {
  return allPass(checksOf(compared));
}

type Row = (typeof comparedFigures)[number];

/** A figure of both circuits, in words; null for a circuit that is not there, or a figure that has no value. */
interface RowText {
  readonly title: string;
  readonly older: string | null;
  readonly newer: string | null;
  /** Empty where nothing changed. */
  readonly change: string;
  readonly verdict: "better" | "worse" | "same" | "unknown";
}

export function differenceText(
  from: string,
  to: string,
  compared: readonly Compared[],
  paint: Terminal["paintOut"],
): string {
  const parts = compared.map((each) => {
    const rows = rowsOf(each).map(({ title, older, newer, change, verdict }): [string, string] => {
      if (older === newer && change === "") return [title, `${newer} ${paint.dim("as before")}`];
      const coloured = verdict === "better" ? paint.green : verdict === "worse" ? paint.red : paint.bold;
      return [title, `${older ?? "none"} -> ${newer ?? "none"}${change === "" ? "" : `  ${coloured(change)}`}`];
    });
    const lines: [string, string][] = [
      ...functionRows(each),
      ...rows,
      ["phases", phasesText(each.difference.phases)],
      ...unknownTexts(each).map((text, i): [string, string] => [i === 0 ? "not known" : "", text]),
    ];
    const checks = checksOf(each);
    const table = checks.length === 0 ? [] : checkLines(checks, paint);
    const body = [...textTable(lines, "all", paint.dim), ...table].join("\n");
    return `${paint.bold(each.name)}${presence(each)}${conditions(each)}: ${from} -> ${to}\n${body}\n`;
  });
  return parts.join("\n");
}

/** For a pull request: a table an aggregate, nothing of its names taken for Markdown. */
export function differenceMarkdown(compared: readonly Compared[]): string {
  const parts = compared.map((each) => {
    const rows = rowsOf(each).map(({ title, older, newer, change, verdict }) => {
      const mark = verdict === "worse" ? "**" : "";
      return `| ${title} | ${older ?? ""} | ${newer ?? ""} | ${change === "" ? "" : `${mark}${change}${mark}`} |`;
    });
    const checks = checksOf(each).map((check) => {
      const name = escaped(check.name);
      return `- ${check.state === "fail" || !allPass([check]) ? `**${name}**` : name}: ${escaped(checkText(check))}`;
    });
    const notes = [
      ...functionRows(each).map(([, text]) => `The function changed: ${escaped(text)}.`),
      ...unknownTexts(each).map((text) => `Not known: ${escaped(text)}.`),
    ];
    return [
      `### ${escaped(each.name)}${escaped(presence(each) + conditions(each))}`,
      "",
      "| figure | before | after | change |",
      "|---|---:|---:|---|",
      ...rows,
      "",
      `Phases: ${phasesText(each.difference.phases)}.`,
      ...(checks.length === 0 ? [] : ["", "Checks:", "", ...checks]),
      ...(notes.length === 0 ? [] : ["", ...notes]),
      "",
    ].join("\n");
  });
  return parts.join("\n");
}

export function differenceJson(from: string, to: string, compared: readonly Compared[]): string {
  const circuits = compared.map((each) => ({ ...each, checks: checksOf(each), met: succeeds(each) }));
  return `${JSON.stringify({ format: "optinc.difference", version: 1, old: from, new: to, circuits }, null, 2)}\n`;
}

/** Figures that one of the two has. */
function rowsOf({ difference: { older, newer } }: Compared): RowText[] {
  return comparedFigures.flatMap((row): RowText[] => {
    const [before, after] = [older?.figures[row.key] ?? null, newer?.figures[row.key] ?? null];
    if (before?.kind !== "value" && after?.kind !== "value") return [];
    const text = (known: Known | null): string | null =>
      known === null ? null : known.kind === "value" ? valueText(row, known.value) : "not known";
    const texts = { title: row.title, older: text(before), newer: text(after) };
    if (before?.kind !== "value" || after?.kind !== "value") return [{ ...texts, change: "", verdict: "unknown" }];
    return [{ ...texts, ...changeOf(row, before.value, after.value) }];
  });
}

/** Margins and losses are worked out in doubles: what is alike to nine digits is the same. */
function changeOf(row: Row, before: number, after: number): Pick<RowText, "change" | "verdict"> {
  if (Math.abs(after - before) <= 1e-9 * Math.max(Math.abs(before), Math.abs(after)))
    return { change: "", verdict: "same" };
  const step = inUnit(row, after) - inUnit(row, before);
  const sign = step < 0 ? "-" : "+";
  const unit = row.unit === "dBm" ? " dB" : row.unit === "%" ? " points" : row.unit === null ? "" : ` ${row.unit}`;
  const size = row.unit === null && Number.isInteger(step) ? grouped(Math.abs(step)) : figure(Math.abs(step));
  // Of decibels and shares a share says nothing.
  const isLinear = row.unit !== "dB" && row.unit !== "dBm" && row.unit !== "%" && before > 0;
  const share = isLinear ? ` (${sign}${figure(Math.abs((100 * (after - before)) / before))} %)` : "";
  return {
    change: `${sign}${size}${unit}${share}`,
    verdict: after < before === (row.better === "less") ? "better" : "worse",
  };
}

function inUnit({ unit }: Row, value: number): number {
  if (unit === "dBm") return dbm(value);
  return unit === null ? value : (findUnit(unit)?.fromBase(value) ?? value);
}

function valueText(row: Row, value: number): string {
  if (row.unit === "%") return percent(value);
  // A sum of bounds may be more than all.
  if (row.key === "word-error-rate" && value >= 1) return "1 (nothing is promised)";
  if (row.unit !== null) return `${figure(inUnit(row, value))} ${row.unit}`;
  return Number.isInteger(value) ? grouped(value) : value < 1e-3 ? value.toExponential(2) : figure(value);
}

function phasesText({ same, changed, added, removed, largestRad }: PhaseDifference): string {
  const most = changed === 0 ? "" : `, by at most ${figure(largestRad)} rad`;
  const others = [
    ...(added === 0 ? [] : [`${grouped(added)} added`]),
    ...(removed === 0 ? [] : [`${grouped(removed)} removed`]),
  ];
  return [`${grouped(changed)} of ${grouped(same + changed)} changed${most}`, ...others].join("; ");
}

function checksOf({ difference }: Compared): readonly Check[] {
  return difference.newer?.checks ?? [];
}

/** Figures that neither has, by why. */
function unknownTexts({ difference: { older, newer }, heldTo }: Compared): string[] {
  const reasons = new Map<string, string[]>();
  for (const { key, title } of comparedFigures) {
    const known = [older?.figures[key], newer?.figures[key]];
    const [reason] = known.flatMap((each) => (each?.kind === "unknown" ? [each.reason] : []));
    // Only a requirement computes a yield; it says itself why there is none.
    if (reason === undefined || key === "yield") continue;
    reasons.set(reason, [...(reasons.get(reason) ?? []), title]);
  }
  const required = heldTo === null ? ["requirements: no spec is named (--spec)"] : [];
  return [...[...reasons].map(([reason, titles]) => `${titles.join("; ")}: ${reason}`), ...required];
}

function functionRows({ older, newer }: Compared): [string, string][] {
  if (older === null || newer === null) return [];
  const [before, after] = [functionText(older), functionText(newer)];
  return before === after ? [] : [["function", `${before} -> ${after}`]];
}

function presence({ older, newer, formerName }: Compared): string {
  if (formerName !== null) return ` (was ${formerName})`;
  return older === null ? " (new)" : newer === null ? " (gone)" : "";
}

function conditions({ technology }: Compared): string {
  return technology === null ? "" : ` in ${technology.name} at ${measured(technology.symbolRateBd, "Bd")}`;
}

/** A name out of a file is text, whatever signs are in it. */
function escaped(text: string): string {
  return visibleLine(text).replace(/[\\`*_{}[\]<>#|~@!&]/g, "\\$&");
}
