import { counted, figure, findUnit, measured, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import type { DesignFigures, DesignRow } from "../../toolchain/index.ts";

/** Rows of the summary: what was chosen among how many, and what the next best would have cost. */
export function designRows(design: DesignFigures | null, verbose: boolean): [label: string, text: string][] {
  if (design === null) return [];
  const { prefer, designs, exhausted, chosen, runnerUp, tried } = design;
  const short = exhausted ? "; more with --design-budget" : "";
  const how = `${counted(designs, "design")}, ${tried.length} measured, least ${prefer}${short}`;
  const is = chosen.keepsAll ? "chosen of" : "keeps not all; best of";
  const rows: [label: string, text: string][] = [["design", `${is} ${how}`]];
  if (verbose) rows.push(["", chosen.settings.join("; ")]);
  if (runnerUp !== null) rows.push(["", `next best: ${costOf(runnerUp, prefer)}: ${changes(runnerUp, chosen)}`]);
  return rows;
}

function costOf({ mzis, neurons, launchPowerW, preferred }: DesignRow, prefer: DesignFigures["prefer"]): string {
  const light = launchPowerW === null ? "" : `, ${powerText(launchPowerW)} launched`;
  return `${counted(mzis, "MZI")}, ${counted(neurons, "neuron")}${light}${preferred === null ? "" : preferredText(preferred, prefer)}`;
}

/** Of what the devices and the light do not say. */
function preferredText(value: number, prefer: DesignFigures["prefer"]): string {
  switch (prefer) {
    case "energy-per-word":
      return `, ${measured(value, "J")} a word`;
    case "power":
      return `, ${figure(value)} W`;
    case "latency":
      return `, ${measured(value, "s")}`;
    case "area":
      return `, ${figure(1e6 * value)} mm2`;
    case "yield":
      return `, ${percent(-value)} of chips`;
    case "mzis":
    case "launch-power":
      return "";
  }
}

function powerText(watts: number): string {
  return `${Number(findUnit("dBm")!.fromBase(watts).toPrecision(3))} dBm`;
}

/** The settings that another design has not. */
function changes({ settings }: DesignRow, than: DesignRow): string {
  return settings.filter((setting) => !than.settings.includes(setting)).join("; ");
}

/** Every design that was measured, best first: its devices and each required figure, and what sets it apart from the chosen one. */
export function designTable({ chosen, tried }: DesignFigures): string {
  const metrics = chosen.requirements.map(({ metric }) => metric);
  const head = ["", "MZIs", "neurons", "launched", ...metrics, "settings"];
  const rows = tried.map((row, i) => [
    row.keepsAll ? "keeps all" : "misses",
    String(row.mzis),
    String(row.neurons),
    row.launchPowerW === null ? "-" : powerText(row.launchPowerW),
    ...metrics.map((metric) => row.requirements.find((each) => each.metric === metric)?.found ?? "-"),
    i === 0 ? row.settings.join("; ") : changes(row, chosen),
  ]);
  return `${textTable([head, ...rows], "all").join("\n")}\n\n`;
}
