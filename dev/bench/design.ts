import { measured } from "../../dsl/index.ts";
import { chooseDesign } from "../../toolchain/index.ts";
import { recordGoal } from "./goals.ts";
import { shipped, specFrom } from "./specs.ts";

/** Workers, and the seconds that the choice of their design may take. */
const wanted = [
  [4, 3],
  [8, 10],
] as const;

/** The choice of a design for four requirements. */
export async function designBench(smoke: boolean): Promise<void> {
  const technology = shipped("best-published");
  for (const [workers, most] of smoke ? wanted.slice(0, 1) : wanted) {
    const spec = specFrom(`aggregate mean { workers ${workers}; precision 8 bits; technology "best-published"
      symbol-rate >= 10 GBd
      require { word-error-rate <= 1e-12; launch-power <= 5 dBm; latency <= 4 ns; area <= 100 mm2 } }`);
    const start = performance.now();
    const { value } = await chooseDesign(spec, technology);
    const seconds = (performance.now() - start) / 1e3;
    const { tried, designs, chosen } = value!.choice!;
    if (!chosen.keepsAll) throw new Error(`no design of ${workers} workers keeps what the bench requires`);
    const work = `choice of a design, ${workers} workers, four requirements`;
    console.log(`${work}: ${measured(seconds, "s")}, ${tried.length} of ${designs} designs measured (goal ${most} s)`);
    const now = measured(seconds, "s");
    recordGoal({ work, now, peer: "-", ratio: "-", goal: `${most} s`, met: seconds <= most });
  }
}
