import { writeCounts } from "./counts.ts";
import { designBench } from "./design.ts";
import { goalTable } from "./goals.ts";
import { gradientsBench } from "./gradients.ts";
import { meshBench } from "./mesh.ts";
import { processBench, startBench } from "./process.ts";
import { simulationBench } from "./simulation.ts";
import { svdBench } from "./svd.ts";
import { targetBench, targetsBench, trainingBench } from "./training.ts";

type Bench = (smoke: boolean) => void | Promise<void>;

/**
 * `npm run bench` runs them all; `npm run bench -- mesh process` those named; with `--smoke` each does its work once on small
 * sizes, which takes seconds and says nothing about speed: continuous integration sees by it that they run. `--goals` prints the
 * table of docs/contributing/performance.md in the end, and everything else to standard error.
 */
const benches: Readonly<Record<string, Bench>> = {
  mesh: meshBench,
  svd: svdBench,
  start: startBench,
  process: processBench,
  design: designBench,
  simulation: simulationBench,
  gradients: gradientsBench,
  training: trainingBench,
  target: targetBench,
  targets: targetsBench,
};

const smoke = process.argv.includes("--smoke");
const goals = process.argv.includes("--goals");
const named = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (goals) console.log = console.error;
const wanted = named.length > 0 ? named : Object.keys(benches);
const unknown = wanted.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);
  process.exitCode = 2;
} else {
  const failed: string[] = [];
  for (const name of wanted) {
    console.log(`\n# ${name}${smoke ? " (smoke: small sizes, no figures)" : ""}`);
    try {
      await benches[name]!(smoke);
    } catch (error) {
      console.error(error);
      failed.push(name);
    }
  }
  if (goals) process.stdout.write(`${goalTable()}\n`);
  const passed = wanted.length - failed.length;
  console.log(`\n${passed} benches ran${failed.length === 0 ? "" : `, ${failed.length} failed: ${failed.join(", ")}`}`);
  if (failed.length > 0) process.exitCode = 1;
  writeCounts(passed, failed.length);
}
