// Draws the pictures of compiled circuits in docs/; run after a build: `npm run picture`. With --check nothing is written: the exit code says
// whether the figures of docs/explanation/how-it-works.md are what the compiler and the devices give.
import { readFileSync, writeFileSync } from "node:fs";
import { synthesise } from "../../dist/compiler/index.js";
import { parseSpecs } from "../../dist/dsl/index.js";
import { linePanel, picture } from "../../dist/formats/index.js";
import { circuitSteps, compileSimulation, drawCircuit, interpret, sentBy, targets } from "../../dist/netlist/index.js";
import { opticsOf, readTechnology } from "../../dist/physics/index.js";

const read = (name) => ({ name, text: readFileSync(new URL(`../../${name}`, import.meta.url), "utf8") });
const emitTargets = targets.map((it) => it.name);

function compiled(source, technology) {
  const [spec] = parseSpecs(source, { emitTargets }).value;
  if (technology === undefined) return synthesise(spec).circuit;
  return synthesise(spec, undefined, opticsOf(technology, spec.symbolRateBd).optics).circuit;
}

/** What each signal carries for each of the vectors, in units of the signal. */
function signalsOf(circuit, symbols) {
  const simulator = compileSimulation(circuit);
  const steps = circuitSteps(circuit);
  const { signals } = circuit.certificate;
  const after = new Map();
  for (const [index, { section }] of signals.entries()) {
    const step = steps.findLastIndex((it) => circuit.sections.indexOf(it.section) <= section);
    after.set(step, [...(after.get(step) ?? []), index]);
  }
  const carried = signals.map(() => []);
  interpret(simulator, Uint8Array.from(symbols.flat()), {
    steps: [...after.keys()].sort((a, b) => a - b),
    after: ({ re, vectors }, step) => {
      for (const index of after.get(step)) {
        const { mode, fieldPerUnit } = signals[index];
        carried[index] = symbols.map((_, v) => re[mode * vectors + v] / fieldPerUnit);
      }
    },
  });
  return carried;
}

/** The only neuron of the smallest circuit: its curve, and what its two workers make of it. */
function comparatorFigure(circuit) {
  const [curve] = circuit.sections.flatMap(({ activations }) => activations);
  const { signals } = circuit.certificate;
  const at = (kind) => signals.findIndex((signal) => signal.kind === kind);
  const [sum, bit] = [signals[at("sum")].fieldPerUnit, signals[at("bit")].fieldPerUnit];
  const sent = (x) => sentBy(curve.gain, curve.range, x * sum - curve.threshold) / bit;
  const corners = [curve.threshold, curve.threshold + curve.range].map((field) => field / sum);
  const carried = signalsOf(circuit, ["00", "10", "01", "11"].map((word) => [...word].map(Number)));
  return linePanel({
    title: "One comparator: the smallest circuit (2 workers, 1 bit)",
    note: "line: the neuron's curve; marks: the four words that the workers can send, driven through the devices",
    x: { title: "sum of the workers' symbols at the neuron", scale: "linear" },
    y: { title: "light that the neuron sends, in bits", scale: "linear", ticks: [0, 0.5, 1] },
    lines: [
      { name: "neuron", points: [-0.3, ...corners, 2.3].map((x) => ({ x, y: sent(x) })) },
      { name: "words", isLoose: true, marks: 5, points: carried[at("sum")].map((x, v) => ({ x, y: carried[at("bit")][v] })) },
    ],
    height: 340,
  });
}

/** Digit 1 of mean-4x8 for each sum of its symbols: two bits and the residual, as fields behind the devices. */
function digitFigure(circuit) {
  const { workers, symbols } = circuit.aggregate;
  const cell = circuit.certificate.cells.find(({ name }) => name === "digit1");
  const sums = Array.from({ length: 3 * workers + 1 }, (_, sum) => sum);
  const vectors = sums.map((sum) =>
    Array.from({ length: workers }, (_, worker) =>
      Array.from({ length: symbols }, (_, s) => (s === symbols - 2 ? Math.min(3, Math.max(0, sum - 3 * worker)) : 0)),
    ).flat(),
  );
  const carried = signalsOf(circuit, vectors);
  const line = (name, signal, weight) => ({
    name,
    marks: 3,
    points: sums.map((x, v) => ({ x, y: weight * carried[signal][v] })),
  });
  return linePanel({
    title: "One digit of mean-4x8: two bits and the residual",
    note: "each mark is a field behind the devices, divided by the field of one unit",
    x: { title: "sum of the four workers' symbols", scale: "linear", ticks: sums },
    y: { title: "value", scale: "linear", ticks: [0, 1, 2, 3, 4, 8] },
    lines: [
      ...cell.bits.map(({ signal, weight }) => line(`bit of ${weight}`, signal, weight)),
      line("residual", cell.residual, 1),
    ],
    height: 360,
  });
}

const smallest = compiled({
  name: "one-comparator",
  text: "aggregate one-comparator { workers 2; precision 1 bits; levels 2; unsigned }",
});
const figures = {
  "comparator.svg": picture([comparatorFigure(smallest)]),
  // The chip alone, three times as large.
  "one-comparator.svg": drawCircuit(smallest).replace(/width.*?viewBox="[^"]*"/, 'width="600" height="160" viewBox="26 54 150 40"'),
  "digit.svg": picture([digitFigure(compiled(read("examples/mean-4x8.optinc")))]),
};
const check = process.argv.includes("--check");
for (const [name, text] of Object.entries(figures)) {
  if (!check) writeFileSync(new URL(`../../docs/explanation/${name}`, import.meta.url), text);
  else if (read(`docs/explanation/${name}`).text !== text) {
    console.error(`docs/explanation/${name} is not what the product draws`);
    process.exitCode = 1;
  }
}
if (!check) {
  const foundry = readTechnology(read("technologies/foundry-si.yaml")).value;
  const placed = compiled(read("examples/mean-4x8-foundry.optinc"), foundry);
  writeFileSync(new URL("../../docs/mean-4x8.svg", import.meta.url), drawCircuit(placed));
}
