/** Between the base lines of two labels. */
const labelSpacing = 13;

/** Heights of labels near the wanted ones, in the same order, at least a line apart. */
export function apart(wanted: readonly number[], top: number, bottom: number): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = new Array<number>(wanted.length).fill(0);
  let last = top - labelSpacing;
  for (const i of order) {
    last = Math.max(wanted[i]!, last + labelSpacing);
    placed[i] = last;
  }
  let next = bottom + labelSpacing;
  for (const i of order.toReversed()) {
    next = Math.min(placed[i]!, next - labelSpacing);
    placed[i] = next;
  }
  return placed;
}

/** A coordinate, to a hundredth. */
export function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Text between two tags. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
