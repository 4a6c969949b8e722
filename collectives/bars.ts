import { escaped, fixed } from "./svg.ts";

/** A bar of parts that follow each other from zero on. */
export interface StackedBar {
  readonly name: string;
  /** One for each of the legend's parts, none below zero. */
  readonly parts: readonly number[];
  /** Behind the bar. */
  readonly note: string;
}

export interface StackedPanel {
  readonly title: string;
  readonly axis: string;
  readonly legend: readonly string[];
  readonly bars: readonly StackedBar[];
}

/** Apart in lightness too, for those who see no colours. */
const fills = ["#1b4f72", "#5dade2", "#d68910", "#943126", "#7d8c8d"];
const barHeight = 22;

/** Horizontal bars on one linear axis, which starts at zero; the shortest bar first. Bars beyond `most` are cut, and say so. */
export function stackedBars(
  { title, axis, legend, bars }: StackedPanel,
  width: number,
  format: (value: number) => string,
): { readonly text: readonly string[]; readonly height: number } {
  const total = ({ parts }: StackedBar): number => parts.reduce((sum, part) => sum + part, 0);
  const sorted = [...bars].sort((a, b) => total(a) - total(b));
  const [left, right, top] = [200, width - 190, 70];
  const largest = sorted.length === 0 ? 1 : total(sorted.at(-1)!);
  // One bar a hundred times the median would leave nothing of the others to see.
  const median = sorted.length === 0 ? 1 : total(sorted[sorted.length >> 1]!);
  const most = Math.min(largest, 12 * median) || 1;
  const bottom = top + barHeight * sorted.length + 6;
  const at = (value: number): number => left + ((right - left) * Math.min(value, most)) / most;
  const text = [`<text x="14" y="24" font-size="14" font-weight="bold">${escaped(title)}</text>`];
  let keyX = left;
  legend.forEach((name, i) => {
    text.push(`<rect x="${keyX}" y="40" width="12" height="12" fill="${fills[i % fills.length]}"/>`);
    text.push(`<text x="${keyX + 17}" y="50">${escaped(name)}</text>`);
    keyX += 40 + 7 * name.length;
  });
  for (const tick of linearTicks(most)) {
    const x = fixed(at(tick));
    text.push(`<line x1="${x}" y1="${top - 6}" x2="${x}" y2="${bottom}" stroke="#ddd"/>`);
    text.push(`<text x="${x}" y="${bottom + 16}" text-anchor="middle">${escaped(format(tick))}</text>`);
  }
  text.push(`<text x="${(left + right) / 2}" y="${bottom + 34}" text-anchor="middle">${escaped(axis)}</text>`);
  sorted.forEach((bar, i) => {
    const y = top + barHeight * i;
    text.push(`<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escaped(bar.name)}</text>`);
    let from = 0;
    bar.parts.forEach((part, p) => {
      const [start, end] = [at(from), at(from + part)];
      from += part;
      if (end - start < 0.01) return;
      text.push(
        `<rect x="${fixed(start)}" y="${y + 2}" width="${fixed(end - start)}" height="${barHeight - 6}" fill="${fills[p % fills.length]}"/>`,
      );
    });
    const cut = total(bar) > most;
    const end = at(total(bar));
    if (cut)
      text.push(`<path d="M${fixed(end - 6)} ${y} l6 5 l-6 5 l6 5 l-6 5" fill="none" stroke="#fff" stroke-width="3"/>`);
    text.push(`<text x="${fixed(end + 8)}" y="${y + 13}">${escaped(cut ? `${bar.note}, cut` : bar.note)}</text>`);
  });
  return { text, height: bottom + 50 };
}

/** Four to ten round steps from zero on. */
function linearTicks(most: number): readonly number[] {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].map((mantissa) => mantissa * power).find((candidate) => most / candidate <= 8)!;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}
