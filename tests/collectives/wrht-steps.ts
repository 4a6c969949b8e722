/**
 * Steps of WRHT: 2 ceil(log_m N), or one less with the all-to-all; the buffers that the busiest nodes add; and the most wavelengths
 * that are lit at once: the middle of a group hears half of it from either side.
 */
export function wrhtSteps(
  workers: number,
  wavelengths: number,
  finish: "all-to-all" | "tree",
): { readonly steps: number; readonly added: number; readonly lit: number } {
  const m = 2 * wavelengths + 1;
  let [steps, added, lit] = [0, 0, 0];
  for (let members = workers; members > 1; members = Math.ceil(members / m)) {
    // An odd number of representatives needs (k^2 - 1) / 8, a whole number; an even one k^2 / 8, rounded up.
    const last = Math.floor((members ** 2 + (members % 2 ? 0 : 7)) / 8);
    if (finish === "all-to-all" && members <= m && last <= wavelengths) {
      return { steps: steps + 1, added: added + members - 1, lit: Math.max(lit, last) };
    }
    steps += 2;
    added += Math.min(m, members) - 1;
    lit = Math.max(lit, Math.min(m, members) >> 1);
  }
  return { steps, added, lit };
}
