/** Steps of WRHT: 2 ceil(log_m N), or one less with the all-to-all; and the buffers that the busiest nodes add. */
export function wrhtSteps(
  workers: number,
  wavelengths: number,
  finish: "all-to-all" | "tree",
): { readonly steps: number; readonly added: number } {
  const m = 2 * wavelengths + 1;
  let [steps, added] = [0, 0];
  for (let members = workers; members > 1; members = Math.ceil(members / m)) {
    // An odd number of representatives needs (k^2 - 1) / 8, a whole number; an even one k^2 / 8, rounded up.
    if (
      finish === "all-to-all" &&
      members <= m &&
      Math.floor((members ** 2 + (members % 2 ? 0 : 7)) / 8) <= wavelengths
    ) {
      return { steps: steps + 1, added: added + members - 1 };
    }
    steps += 2;
    added += Math.min(m, members) - 1;
  }
  return { steps, added };
}
