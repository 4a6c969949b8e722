import { type AreaRow, reproduceArea } from "./area.ts";

/** The paper's areas beside the recomputed ones, and the exact counts of our designs, as a text for people. */
export function areaReproduction(rows: readonly AreaRow[] = reproduceArea()): string {
  const width = Math.max(...rows.map((row) => row.name.length));
  const lines = rows.map(({ name, published, ours, unit, note }) => {
    const printed = published === null ? "" : `${published.toFixed(1)} %`;
    const figure = unit === "%" ? `${ours.toFixed(2)} %` : grouped(ours);
    return `${name.padEnd(width)}  ${printed.padStart(9)}  ${figure.padStart(9)}  ${note}\n`;
  });
  return `${"MZI counts".padEnd(width)}  published       ours\n${lines.join("")}`;
}

function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, " ");
}

if (process.argv[1]?.endsWith("reproduce-area.js")) process.stdout.write(areaReproduction());
