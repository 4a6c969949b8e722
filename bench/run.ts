import { collectivesBench } from "./collectives.ts";
import { designsBench } from "./designs.ts";
import { exportBench } from "./export.ts";
import { meshBench } from "./mesh.ts";
import { processBench } from "./process.ts";
import { trainingBench } from "./training.ts";

/** `npm run bench` runs them all; `npm run bench -- mesh process` those named. */
const benches: Readonly<Record<string, () => void | Promise<void>>> = {
  mesh: meshBench,
  export: exportBench,
  process: processBench,
  designs: designsBench,
  collectives: collectivesBench,
  training: trainingBench,
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  const bench = benches[name];
  if (bench === undefined) {
    console.error(`no bench ${name}; there are ${Object.keys(benches).join(", ")}`);
    process.exitCode = 2;
  } else {
    console.log(`\n# ${name}`);
    await bench();
  }
}
