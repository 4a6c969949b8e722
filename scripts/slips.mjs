// Slips in the formulas of physics/, one at a time, and the test that notices each: `npm run slips`, or `npm run slips -- physics/noise.ts`. Each slip is an error that one
// makes with such a formula (a field for a power, one side of a spectrum for two, a part forgotten), written out of the sources as it
// would stand there, and the tests run with it in place of the file; the exit code is 1 where nothing notices one. Some minutes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const test = (...names) => names.map((name) => `tests/physics/${name}.test.ts`);

/** By file: the tests that it is held to, and slips as [what is wrong, what stands there, what stands there then]. */
const files = {
  "physics/decibels.ts": {
    tests: test("optics", "noise", "paths"),
    slips: [
      ["dB of power taken for dB of field", "return 10 ** (decibels / 20)", "return 10 ** (decibels / 10)"],
      ["dB of field taken for dB of power", "return 10 ** (decibels / 10)", "return 10 ** (decibels / 20)"],
    ],
  },
  "physics/noise.ts": {
    tests: test("noise"),
    slips: [
      ["two-sided density of shot noise in place of the one-sided", "2 * ELEMENTARY_CHARGE_C * currentA", "ELEMENTARY_CHARGE_C * currentA"],
      ["dark current of one photodiode of two", "shotNoise(2 * detection.darkCurrentA", "shotNoise(detection.darkCurrentA"],
      ["amplifier noise over the bandwidth in place of its root", "densityAPerRtHz * Math.sqrt(bandwidthHz)", "densityAPerRtHz * bandwidthHz"],
      ["common-mode rejection taken in dB of current", "powerRatio(rejectionDb)", "powerRatio(2 * rejectionDb)"],
      ["one photodiode of a balanced pair", "2 * responsivityAPerW * Math.sqrt(", "responsivityAPerW * Math.sqrt("],
      ["a field that fluctuates as much as its power", "Math.sqrt(rinPerHz * bandwidthHz) / 2", "Math.sqrt(rinPerHz * bandwidthHz)"],
      ["spontaneous emission of half the power", "(2 * photonEnergyJ", "(photonEnergyJ"],
      ["both tails of the normal distribution", "q < 2 ? 0.5 - integral(q)", "q < 2 ? 1 - 2 * integral(q)"],
    ],
  },
  "physics/detections.ts": {
    tests: test("formulas", "noise", "budget"),
    slips: [
      ["launch power on the chip in place of in the fibre", '* powerRatio(-reading.value("fibre-loss"))) / highest', ") / highest"],
      ["a field for a power in the unit of light", "highestLaunchField(circuit) ** 2", "highestLaunchField(circuit)"],
      ["the fibre to the receiver forgotten", "unitPowerW: unitPowerW * coupler * out", "unitPowerW: unitPowerW * coupler"],
      ["the coupler in front of the oscillator forgotten", "drive.oscillatorPowerW * coupler", "drive.oscillatorPowerW"],
      ["symbol rate taken for noise bandwidth", 'reading.value("noise-bandwidth-ratio") * drive.symbolRateBd', "drive.symbolRateBd"],
    ],
  },
  "physics/part-figures.ts": {
    tests: test("optics", "paths"),
    slips: [
      ["one coupler in an MZI", '2 * reading.value("coupler-loss")', 'reading.value("coupler-loss")'],
      ["one phase shifter in an arm of an MZI", "2 * heater + length", "heater + length"],
      ["an MZI without length", '+ length * reading.value("propagation-loss")', ""],
    ],
  },
  "physics/power.ts": {
    tests: test("formulas", "budget", "hardware"),
    slips: [
      ["local oscillators forgotten", "hardware.oscillators * drive.oscillatorPowerW * tree", "0"],
      ["splitters that feed oscillators forgotten", 'fibre * powerRatio(stages * reading.value("splitter-loss"))', "fibre"],
      ["heaters that take their power for 2 pi", 'hardware.phasesBuiltPi * reading.value("heater-power-pi")', '(hardware.phasesBuiltPi / 2) * reading.value("heater-power-pi")'],
      ["an MZI that covers one lane", "hardware.mzis * 2 * pitch", "hardware.mzis * pitch"],
    ],
  },
  "physics/budget.ts": {
    tests: test("formulas", "budget", "paths"),
    slips: [
      ["fibre in front of the chip forgotten", "lossDb: fibreInDb + path.lossDb", "lossDb: path.lossDb"],
      ["fibre to the receiver forgotten in a path", 'path.toKind === "receiver" ? fibreDb : 0', "0"],
    ],
  },
  "physics/dies/die.ts": {
    tests: test("formulas", "dies"),
    slips: [["spread of a loss in dB of field", "draw.factor[step]!) / 20", "draw.factor[step]!) / 10"]],
  },
};

const folder = join(root, "build/slips");
mkdirSync(folder, { recursive: true });

/** The first test that fails with a slip in a file, or null. */
function noticedBy(file, tests, text) {
  const [mutated, config, report] = ["mutated.ts", "vitest.config.mjs", "report.json"].map((name) => join(folder, name));
  writeFileSync(mutated, text);
  writeFileSync(
    config,
    `import { readFileSync } from "node:fs";
const slipped = ${JSON.stringify(join(root, file))};
export default {
  root: ${JSON.stringify(root)},
  plugins: [{ name: "slips", enforce: "pre", load: (id) => (id.split("?")[0] === slipped ? readFileSync(${JSON.stringify(mutated)}, "utf8") : null) }],
  test: { include: ${JSON.stringify(tests)}, maxWorkers: 1, bail: 1, testTimeout: 300000, reporters: ["json"], outputFile: ${JSON.stringify(report)} },
};
`,
  );
  rmSync(report, { force: true });
  const run = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", config], { cwd: root, encoding: "utf8" });
  if (!existsSync(report)) throw new Error(`${file}: the tests do not run\n${run.stderr}`);
  for (const { assertionResults } of JSON.parse(readFileSync(report, "utf8")).testResults) {
    for (const { status, fullName } of assertionResults) if (status === "failed") return fullName;
  }
  return null;
}

const asked = process.argv.slice(2);
const rows = [];
for (const [file, { tests, slips }] of Object.entries(files)) {
  if (asked.length > 0 && !asked.includes(file)) continue;
  const text = readFileSync(join(root, file), "utf8");
  const usual = noticedBy(file, tests, text);
  if (usual !== null) throw new Error(`${file}: \`${usual}\` fails without any slip`);
  for (const [what, was, becomes] of slips) {
    if (text.split(was).length !== 2) throw new Error(`${file}: \`${was}\` (${what}) does not stand there once`);
    const test = noticedBy(file, tests, text.replace(was, () => becomes));
    rows.push([file, what, test]);
    process.stderr.write(`${rows.length} slips tried: ${what}\n`);
  }
}
process.stdout.write("| file | slip | noticed by |\n|---|---|---|\n");
for (const [file, what, test] of rows) process.stdout.write(`| ${file} | ${what} | ${test ?? "**nothing**"} |\n`);
if (rows.some(([, , test]) => test === null)) process.exitCode = 1;
