import { aggregationOf } from "../../compiler/aggregation/aggregation.ts";
import { planAggregation } from "../../compiler/aggregation/plan-aggregation.ts";
import { buildTopology } from "../../compiler/network/topology.ts";
import { type Decisions, residualsOf, type Tuning, tunings } from "../../compiler/network/tuning.ts";
import { designTopology, emitConstructed, synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  chipCircuit,
  chipSimulator,
  circuitSteps,
  compileSimulation,
  countDevices,
  drawnChips,
  idealOptics,
  type Mesh,
  type Section,
} from "../../netlist/index.ts";
import { estimateYield, phaseQuestion } from "../../physics/index.ts";
import { chipIsPerfect, planChips } from "../../verify/index.ts";
import { specFrom } from "./specs.ts";
import { printTable } from "./table.ts";

const seed = 7;

/** A design, and what it changes in the usual one of its neurons. */
interface Design {
  readonly name: string;
  readonly decisions: Decisions;
  readonly tuning?: Partial<Tuning>;
  readonly residuals?: "analog";
}

interface Case {
  readonly name: string;
  readonly settings: string;
  readonly sigma: number;
}

/** The tables behind docs/explanation/rationale.md: what the free choices of a constructed network do to its robustness, and what is left to limit a chip. */
export function designsBench(smoke: boolean): void {
  const chips = smoke ? 2 : 200;
  tabulateDesigns(
    `Share of ${chips} chips without a wrong word, rectifiers, 8 bits, 4 levels, half-up, seed ${seed}`,
    rectifierDesigns,
    [
      { name: "N=4 sigma 0.005", settings: "workers 4", sigma: 0.005 },
      { name: "N=4 sigma 0.01", settings: "workers 4", sigma: 0.01 },
      { name: "N=3 sigma 0.0075", settings: "workers 3", sigma: 0.0075 },
      { name: "N=8 sigma 0.0035", settings: "workers 8", sigma: 0.0035 },
    ],
    chips,
  );
  tabulateDesigns(
    `Share of ${chips} chips without a wrong word, neurons that saturate, 8 bits, 4 levels, half-up, seed ${seed}`,
    saturatingDesigns,
    [
      { name: "N=4 sigma 0.02", settings: "workers 4", sigma: 0.02 },
      { name: "N=8 sigma 0.01", settings: "workers 8", sigma: 0.01 },
      { name: "N=16 sigma 0.005", settings: "workers 16", sigma: 0.005 },
      { name: "N=3 sigma 0.02", settings: "workers 3", sigma: 0.02 },
      { name: "2 x 2 x 2 sigma 0.02", settings: "workers 8; topology cascade 2 x 2 x 2", sigma: 0.02 },
    ],
    chips,
  );
  tabulateCircuits(smoke ? 2 : 100);
  tabulateCulprits(chips);
}

const relu = { neuron: "relu", threshold: "optical", outputs: "direct", residual: "direct" } as const;
const saturating = { neuron: "saturating", threshold: "electronic", outputs: "direct", residual: "direct" } as const;

const balanced = { balance: 1, carryBalance: 1, compareShare: 0.5, biasBalance: 1, clampTangent: 0.5 };
const rectifierDesigns: readonly Design[] = [
  { name: "margin 0.25, everything balanced", decisions: { ...relu, margin: 0.25 }, tuning: balanced },
  { name: "margin 0.25, tuned (usual tuning)", decisions: { ...relu, margin: 0.25 } },
  { name: "margin 0.333, tuned", decisions: { ...relu, margin: 1 / 3 } },
  { name: "margin 0.4, tuned (usual)", decisions: { ...relu, margin: 0.4 } },
  { name: "margin 0.45, tuned", decisions: { ...relu, margin: 0.45 } },
  {
    name: "margin 0.4, bits half as strong",
    decisions: { ...relu, margin: 0.4 },
    tuning: { balance: 0.9, carryBalance: 0.9 },
  },
  {
    name: "margin 0.4, comparators take half the light",
    decisions: { ...relu, margin: 0.4 },
    tuning: { compareShare: 0.5 },
  },
  {
    name: "margin 0.4, strong reference at the thresholds",
    decisions: { ...relu, margin: 0.4 },
    tuning: { biasBalance: 1.6 },
  },
  {
    name: "margin 0.4, weak reference at the clamps",
    decisions: { ...relu, margin: 0.4 },
    tuning: { clampTangent: 0.4 },
  },
];

const electronic = { ...saturating, margin: 0.4 };
const saturatingDesigns: readonly Design[] = [
  { name: "margin 0.25", decisions: { ...saturating, margin: 0.25 } },
  { name: "margin 0.333", decisions: { ...saturating, margin: 1 / 3 } },
  { name: "margin 0.4 (usual)", decisions: electronic },
  { name: "margin 0.45", decisions: { ...saturating, margin: 0.45 } },
  {
    name: "bits alike, as strong as those of rectifiers",
    decisions: electronic,
    tuning: { matched: false, drafts: 0, balance: 1.8, carryBalance: 1.8 },
  },
  { name: "residuals stay analog", decisions: electronic, residuals: "analog" },
  {
    name: "both of these",
    decisions: electronic,
    tuning: { matched: false, drafts: 0, balance: 1.8, carryBalance: 1.8 },
    residuals: "analog",
  },
  { name: "comparators take a tenth of the light", decisions: electronic, tuning: { compareShare: 0.1 } },
  { name: "comparators take half the light", decisions: electronic, tuning: { compareShare: 0.5 } },
  { name: "bits half as strong as matched", decisions: electronic, tuning: { balance: 0.5, carryBalance: 0.5 } },
  { name: "bits twice as strong as matched", decisions: electronic, tuning: { balance: 2, carryBalance: 2 } },
  { name: "optical thresholds", decisions: { ...electronic, threshold: "optical" } },
];

function tabulateDesigns(title: string, designs: readonly Design[], cases: readonly Case[], chips: number): void {
  printTable(
    title,
    ["design", ...cases.map(({ name }) => name), "MZIs N=4", "largest gain N=4"],
    designs.map((design) => {
      const four = circuitOf("workers 4", design);
      return [
        design.name,
        ...cases.map(({ settings, sigma }) => shareOf(circuitOf(settings, design), sigma, chips)),
        countDevices(four).mzis.toString(),
        largestGain(four).toFixed(1),
      ];
    }),
  );
}

function tabulateCircuits(chips: number): void {
  const circuits = [
    "workers 4",
    "workers 8",
    "workers 16",
    "workers 4; precision 16 bits",
    "workers 3",
    "workers 13",
    "workers 13; topology cascade 4 x 4",
    "workers 16; topology cascade 4 x 4",
    "workers 8; topology cascade 2 x 2 x 2",
  ];
  const sigmas = [0.002, 0.005, 0.01, 0.02];
  printTable(
    `Share of ${chips} chips without a wrong word by circuit, 8 bits unless said, 4 levels, half-up, margin 0.4, seed ${seed}`,
    ["circuit", "neurons", "MZIs", "of them P and T", "neurons", "depth", "largest gain", ...sigmas.map(String)],
    circuits.flatMap((settings) =>
      ["relu", "saturating; threshold optical", "saturating; threshold electronic"].map((neuron) => {
        const text = `aggregate a { ${withBits(settings)}; network constructed { neuron ${neuron}; decision-margin 0.4 } }`;
        const { circuit } = synthesise(specFrom(text));
        const { mzis, activations, depth, bySection } = countDevices(circuit);
        return [
          settings,
          neuron.replace("; threshold", ","),
          `${mzis}`,
          `${bySection.combine.mzis + bySection.broadcast.mzis}`,
          `${activations}`,
          `${depth}`,
          largestGain(circuit).toFixed(1),
          ...sigmas.map((sigma) => shareOf(circuit, sigma, chips)),
        ];
      }),
    ),
  );
}

/** Where the phases are that are off, by what their meshes do. */
const culprits: readonly (readonly [string, (section: Section, mesh: Mesh) => boolean])[] = [
  ["everywhere", () => true],
  ["in P", ({ kind }) => kind === "combine"],
  ["where bits are taken off", (_, { name }) => name.endsWith("_rest")],
  ["where bits are added", ({ kind }, { name }) => kind === "layer" && /_sum\d+$/.test(name)],
  ["where comparators take their light", (_, { name }) => name.endsWith("_tap")],
  ["where bits are copied", ({ kind }, { name }) => kind === "layer" && /_split\d+$/.test(name)],
  ["in T", ({ kind }) => kind === "broadcast"],
];

function tabulateCulprits(chips: number): void {
  const cases: readonly Case[] = [
    { name: "N=4 sigma 0.02", settings: "workers 4", sigma: 0.02 },
    { name: "N=8 sigma 0.01", settings: "workers 8", sigma: 0.01 },
    { name: "N=16 sigma 0.005", settings: "workers 16", sigma: 0.005 },
    { name: "4 x 4 sigma 0.01", settings: "workers 16; topology cascade 4 x 4", sigma: 0.01 },
  ];
  printTable(
    `Share of ${chips} chips without a wrong word whose phases are off in one place only, neurons that saturate, margin 0.4, seed ${seed}`,
    ["phases are off", ...cases.map(({ name }) => name)],
    culprits.map(([name, isOff]) => [
      name,
      ...cases.map(({ settings, sigma }) => {
        const circuit = circuitOf(settings, { name, decisions: electronic });
        const plan = planChips(circuit);
        const simulator = compileSimulation(circuit);
        const elsewhere = stepsOutside(circuit, isOff);
        const drawn = drawnChips(chipCircuit(simulator), { kind: "phases", sigmaRad: sigma }, seed);
        let perfect = 0;
        for (let chip = 0; chip < chips; chip++) {
          const { devices, launch } = drawn(chip).light;
          for (const step of elsewhere) devices.thetaRad[step] = devices.phiRad[step] = 0;
          if (chipIsPerfect(plan, chipSimulator(simulator, devices, launch))) perfect++;
        }
        return (perfect / chips).toFixed(2);
      }),
    ]),
  );
}

/** Steps of the devices whose phases are to be right. */
function stepsOutside(circuit: Circuit, isOff: (section: Section, mesh: Mesh) => boolean): number[] {
  const steps = circuitSteps(circuit);
  return [...steps.keys()].filter((step) => {
    const it = steps[step]!;
    return it.kind !== "neuron" && !isOff(it.section, it.mesh);
  });
}

function withBits(settings: string): string {
  return settings.includes("precision") ? settings : `${settings}; precision 8 bits`;
}

function circuitOf(settings: string, { decisions, tuning, residuals }: Design): Circuit {
  const aggregation = aggregationOf(specFrom(`aggregate a { ${withBits(settings)} }`));
  const plan = planAggregation(aggregation, residuals ?? residualsOf(decisions));
  const topology = buildTopology(aggregation, plan, decisions, { ...tunings[decisions.neuron], ...tuning });
  return emitConstructed("a", aggregation, designTopology(aggregation, topology, idealOptics, "free"));
}

function shareOf(circuit: Circuit, sigma: number, chips: number): string {
  return (estimateYield(circuit, phaseQuestion(sigma, seed), chips).good / chips).toFixed(2);
}

function largestGain({ sections }: Circuit): number {
  return Math.max(...sections.flatMap(({ activations }) => activations.map(({ gain }) => gain)));
}
