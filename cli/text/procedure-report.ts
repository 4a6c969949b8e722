import { counted, figure, grouped, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import {
  type Drive,
  type Health,
  LARGEST_SHIFT,
  type Procedure,
  type ProcedureStep,
  type Rule,
} from "../../physics/index.ts";
import type { Terminal } from "./terminal.ts";

const purposes: Readonly<Record<ProcedureStep["purpose"], string>> = {
  light: "couplers opened, so that light arrives",
  splitting: "couplers set to their share",
  phase: "lanes put in phase",
  level: "workers given equal weight",
  height: "bits given their height",
  receiver: "receivers given their scale and decisions",
  threshold: "thresholds put in the middle",
};

/** How often each kind of step is done, and the first of each kind. */
export function procedureText(procedure: Procedure, paint: Terminal["paintOut"]): string {
  const { steps, trimming_from: trimmingFrom } = procedure;
  const counts = Object.entries(purposes).flatMap(([purpose, text]) => {
    const [first, ...others] = steps.filter((step) => step.purpose === purpose);
    if (first === undefined) return [];
    const { number, knob, rule } = first;
    return [
      `  ${purpose.padEnd(10)} ${grouped(others.length + 1).padStart(6)}  ${text}, first:`,
      `${`${number}`.padStart(5)}  ${`${knob.kind} ${knob.name}`.padEnd(44)} ${ruleText(rule)}`,
    ];
  });
  const repeated =
    trimmingFrom === 1
      ? "no heater is touched"
      : `from step ${trimmingFrom} on no heater is touched: repeat these when phases drift`;
  return `${[`${paint.bold(procedure.circuit)}: ${counted(steps.length, "step")}; ${repeated}`, ...counts, "  -o FILE writes every step as JSON"].join("\n")}\n`;
}

function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case "power-maximum": {
      const turned = rule.offset_rad === 0 ? "" : `, then ${figure(rule.offset_rad)} rad on`;
      return `brightest ${rule.monitor.name} for ${driveText(rule.drive)}${turned}`;
    }
    case "maximum":
    case "minimum":
      return `${rule.kind} of ${rule.monitor.name} for ${driveText(rule.drive)}`;
    case "ratio": {
      const text = (side: typeof rule.over): string =>
        side.map(({ drive, monitor }) => `${monitor.name}(${driveText(drive)})`).join(" x ");
      const under = rule.under.length === 0 ? "" : ` / ${text(rule.under)}`;
      return `${text(rule.over)}${under} = ${figure(rule.target)}`;
    }
    case "midpoint":
      return `middle of ${rule.monitor.name} between ${driveText(rule.off[0])} and ${driveText(rule.on[0])}`;
  }
}

export function driveText(drive: Drive | undefined): string {
  const lit = Object.entries(drive?.levels ?? {}).filter(([, level]) => level !== 0);
  const all = [...lit.map(([port, level]) => `${port}=${level}`), ...(drive?.on ?? []), ...(drive?.live ?? [])];
  return all.length === 0 ? "dark" : all.join(" ");
}

/** Problems that are printed. */
const SHOWN = 8;

/** A row a detector: how far its readings are from the design's. */
export function healthText(circuit: string, { problems, readings, words, wrong }: Health): string {
  const isFar = ({ shift }: Health["readings"][number]): boolean => Math.abs(shift) > LARGEST_SHIFT;
  const far = grouped(readings.filter(isFar).length);
  const names = [...new Set(readings.map(({ monitor }) => monitor.name))];
  const rows = names.map((name) => {
    const own = readings.filter(({ monitor }) => monitor.name === name);
    const worst = own.reduce((most, each) => (Math.abs(each.shift) > Math.abs(most.shift) ? each : most));
    const { drive, expected, read, shift } = worst;
    return [
      name,
      `${own.length}`,
      `${own.filter(isFar).length}`,
      percent(shift),
      rounded(expected),
      rounded(read),
      driveText(drive),
    ];
  });
  const head = ["detector", "readings", "off", "worst", "as designed", "read", "drive"];
  const named = problems.map(
    ({ step: { number, knob }, problem }) => `  step ${number}, ${knob.kind} ${knob.name}: ${problem}`,
  );
  const rest = named.length - SHOWN;
  return `${[
    `${circuit}: ${grouped(wrong)} of ${grouped(words)} words wrong, ${far} of ${grouped(readings.length)} readings off by more than ${percent(LARGEST_SHIFT)}; ${problems.length === 0 ? "no step found a problem" : counted(problems.length, "problem")}`,
    ...named.slice(0, SHOWN),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    ...textTable([head, ...rows]),
  ].join("\n")}\n`;
}

function rounded(value: number): string {
  return figure(Number(value.toPrecision(4)));
}
