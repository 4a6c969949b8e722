import { algorithms, compareAlgorithms, executeSchedule, findAlgorithm } from "../../collectives/index.ts";
import { defaultCluster, modelParameters } from "../../dsl/index.ts";
import { printTable } from "./table.ts";
import { timed } from "./timing.ts";

/** Goal of the issue: any algorithm for 4096 workers in 5 s. */
const goalMs = 5000;

/** How long comparing and executing take; what is compared is the subject of docs/explanation/collectives.md. */
export function collectivesBench(smoke: boolean): void {
  const most = smoke ? 64 : 4096;
  const cluster = { ...defaultCluster(most), gradients: [{ name: "vgg19", elements: modelParameters["vgg19"]! }] };
  const options = { workers: [most], executeUpTo: 0, unit: null } as const;
  const rows = algorithms.map((algorithm) => {
    const { ms } = timed(() => compareAlgorithms(cluster, { ...options, algorithms: [algorithm] }));
    const refused = algorithm.refuses(cluster, most);
    return [algorithm.name, refused === null ? ms.toFixed(1) : "not defined", `${goalMs}`];
  });
  const sweep = Array.from({ length: Math.log2(most) - 1 }, (_, i) => 2 ** (i + 2));
  const all = timed(() => compareAlgorithms(cluster, { workers: sweep, algorithms, executeUpTo: 64, unit: null }));
  rows.push([`all, 4 to ${most}, executed up to 64`, all.ms.toFixed(1), ""]);
  printTable(`Comparing all-reduces of VGG19 on ${most} workers`, ["algorithm", "ms", "goal ms"], rows);

  const [workers, length] = smoke ? [32, 64] : [1024, 1024];
  const inputs = Array.from({ length: workers }, (_, worker) => new Float64Array(length).fill(worker));
  const executed = ["ring", "halving-doubling", "optinc-cascade", "wrht"].map((name) => {
    const schedule = findAlgorithm(name)!.build(defaultCluster(workers), workers, length, 32);
    let moved = 0;
    const { ms } = timed(() => {
      moved = executeSchedule(schedule, inputs).elementsPerStep.reduce((sum, elements) => sum + elements, 0);
    });
    return [name, ms.toFixed(0), (moved / ms / 1e3).toFixed(1)];
  });
  printTable(`Executing on ${workers} workers, ${length} elements`, ["algorithm", "ms", "M elements/s"], executed);
}
