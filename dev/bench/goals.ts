import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { markdownTable, type TableRow } from "./table.ts";

/** A line of the table in docs/contributing/performance.md. */
export interface Goal {
  readonly work: string;
  /** The figure of this run, its peer's in the same run, and their ratio. */
  readonly now: string;
  readonly peer: string;
  readonly ratio: string;
  readonly goal: string;
  /** null: its peer did not run, or all was too short, so that nothing can be said. */
  readonly met: boolean | null;
}

const goals: Goal[] = [];

/** Benches record here what they measured and are held to; `npm run bench -- --goals` prints it as a table. */
export function recordGoal(goal: Goal): void {
  goals.push(goal);
  const { work, now, peer, ratio, goal: wanted } = goal;
  console.log(`${work}\n  ${now}; beside it ${peer}; ratio ${ratio}; goal ${wanted}: ${verdictOf(goal)}`);
}

function verdictOf({ met }: Goal): string {
  return met === null ? "not compared" : met ? "met" : "missed";
}

/** The table of goals as Markdown, under the machine that it was measured on. */
export function goalTable(): string {
  const rows = goals.map((it): TableRow => {
    const { work, now, peer, ratio, goal } = it;
    return { work, now, "beside it, same run": peer, ratio, goal, "": verdictOf(it) };
  });
  return `${machine()}\n\n${markdownTable(rows)}`;
}

/** What the figures depend on: processor, cores, caches, memory, versions, and how busy the machine was. */
function machine(): string {
  const [first] = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const busy = loadavg()[0]!.toFixed(1);
  const { node, v8 } = process.versions;
  return `${cpus().length} cores of ${first?.model.trim()}${caches()}, ${gigabytes} GiB; ${type()} ${release()}; Node.js ${node} (V8 ${v8}); load of the last minute at the end ${busy}; ${new Date().toISOString().slice(0, 10)}.`;
}

function caches(): string {
  const sizes = [0, 2, 3].flatMap((index) => {
    try {
      return [readFileSync(`/sys/devices/system/cpu/cpu0/cache/index${index}/size`, "utf8").trim()];
    } catch {
      return [];
    }
  });
  return sizes.length === 0 ? "" : `, caches ${sizes.join(" / ")}`;
}
