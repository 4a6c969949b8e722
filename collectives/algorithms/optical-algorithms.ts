import type { Cluster } from "../../dsl/index.ts";
import { halvingDoubling } from "../generators/doubling.ts";
import { hRing, largestDivisor } from "../generators/grids.ts";
import { rerouted } from "../generators/phased.ts";
import { ring } from "../generators/ring.ts";
import { wrht, wrhtGroup } from "../generators/wrht.ts";
import type { PhasedSchedule } from "../schedule/schedule.ts";
import { grantedCircuits, opticalRing, sipRing } from "../timing/networks.ts";
import { type Algorithm, electricalInputs, usual } from "./algorithm.ts";

const opticalInputs = ["latency", "reduction", "dtype", "optical wavelength-rate", "optical reconfiguration"];
const lossInputs = ["optical coupling-loss", "optical passing-loss", "optical loss-budget"];
const grantedInputs = [...electricalInputs, "oddl reconfiguration", "oddl control"];

const onRing = {
  ...usual,
  model: opticalRing,
  wavelengths: ({ optical }: Cluster): number => optical.wavelengths,
};

/** Workers that add, on circuits of light. */
export const opticalRows: readonly Algorithm[] = [
  {
    ...onRing,
    name: "wrht",
    summary: "wavelength-reused hierarchical tree on an optical ring",
    inputs: [...opticalInputs, ...lossInputs, "optical wavelengths", "optical finish"],
    build: ({ optical: { wavelengths, finish } }, workers, length) =>
      wrht(workers, length, { wavelengths, allToAll: finish === "all-to-all" }),
  },
  {
    ...onRing,
    name: "h-ring",
    summary: "optical rings in groups, then of their middle workers (H-Ring as WRHT counts it)",
    inputs: [...opticalInputs, ...lossInputs, "optical wavelengths", "group"],
    refuses: ({ group, optical }, workers) =>
      hRingGroup(group, optical.wavelengths, workers) > 1
        ? null
        : `no groups of 2 to ${Math.min(group, wrhtGroup(optical.wavelengths))} workers divide ${workers}`,
    build: ({ group, optical }, workers, length) =>
      hRing(workers, length, hRingGroup(group, optical.wavelengths, workers)),
  },
  {
    ...onRing,
    name: "optical-ring",
    summary: "a ring on one wavelength of the optical ring, as WRHT's authors count it",
    inputs: [...opticalInputs, ...lossInputs],
    build: (_, workers, length) => onWavelengths("optical-ring", workers, length, 1),
  },
  {
    ...usual,
    name: "sip-ring",
    summary: "a ring whose neighbours own several wavelengths (SiP-ML)",
    inputs: [
      ...["latency", "reduction", "dtype", ...lossInputs],
      ...["wavelengths", "wavelength-rate", "reconfiguration", "reconfigure"].map((name) => `sip-ring ${name}`),
    ],
    build: ({ sipRing: { wavelengths } }, workers, length) => onWavelengths("sip-ring", workers, length, wavelengths),
    model: sipRing,
    wavelengths: ({ sipRing: { wavelengths } }) => wavelengths,
  },
  {
    ...usual,
    name: "oddl",
    summary: "halving-doubling on circuits granted a flow",
    inputs: grantedInputs,
    build: (_, workers, length) => rerouted(halvingDoubling(workers, length), "oddl", 0, () => null),
    model: grantedCircuits,
  },
  {
    ...usual,
    name: "oddl-ring",
    summary: "a ring on circuits granted a flow",
    inputs: grantedInputs,
    build: (_, workers, length) => rerouted(ring(workers, length), "oddl-ring", 0, () => null),
    model: grantedCircuits,
  },
];

/** The middle worker of a group returns the sum to all others at once, which takes half as many wavelengths. */
function hRingGroup(group: number, wavelengths: number, workers: number): number {
  return largestDivisor(workers, Math.min(group, wrhtGroup(wavelengths)));
}

function onWavelengths(name: string, workers: number, length: number, wavelengths: number): PhasedSchedule {
  return rerouted(ring(workers, length), name, 0, () => ({
    kind: "arc",
    direction: "up",
    firstWavelength: 0,
    wavelengths,
  }));
}
