import type { Cluster } from "../../dsl/index.ts";
import type { ArcRoute, ScheduleFault, StepSequence, Transfer } from "../schedule/schedule.ts";

export interface WavelengthReport {
  /** Highest wavelength number in use, plus one. */
  readonly wavelengths: number;
  /** Segments of the longest arc. */
  readonly longestArc: number;
  readonly faults: readonly ScheduleFault[];
}

/** Segments that an arc from src to dst covers on a ring of `workers`. */
export function arcLength(transfer: Pick<Transfer, "src" | "dst">, route: ArcRoute, workers: number): number {
  const forward = (transfer.dst - transfer.src + workers) % workers;
  return route.direction === "up" ? forward : workers - forward;
}

/** Loss of a path over `segments` segments of the ring, in dB: two couplers, and every node passed with the way to the next. */
export function pathLossDb(
  segments: number,
  { couplingLoss, passingLoss }: Pick<Cluster["optical"], "couplingLoss" | "passingLoss">,
): number {
  return segments === 0 ? 0 : 2 * couplingLoss + segments * passingLoss;
}

/**
 * The wavelength rule of a WDM ring: in a step no two transfers share a wavelength on a segment in one direction, and
 * only wavelengths 0..available - 1 exist. At most 20 faults are kept. Steps of a phase that is `alike` repeat their
 * routes; `steps` may then name one of each (`distinctSteps`).
 */
export function checkWavelengths(
  { workers, steps }: Pick<StepSequence, "workers" | "steps">,
  available: number,
): WavelengthReport {
  const faults: ScheduleFault[] = [];
  const report = (fault: ScheduleFault): void => {
    if (faults.length < 20) faults.push(fault);
  };
  let [wavelengths, longestArc] = [0, 0];
  // Owner of each (direction, segment, wavelength) in the current step, as transfer index + 1.
  const owner = new Int32Array(2 * workers * available);
  let index = 0;
  for (const { transfers } of steps) {
    owner.fill(0);
    transfers.forEach((transfer, number) => {
      const { src, dst, route } = transfer;
      if (route?.kind !== "arc") return;
      const place = { step: index, worker: src, element: null };
      if (src >= workers || dst >= workers) {
        report({ kind: "route", message: `step ${index}: ${src} to ${dst} is no arc between workers`, ...place });
        return;
      }
      const last = route.firstWavelength + route.wavelengths;
      wavelengths = Math.max(wavelengths, last);
      if (route.firstWavelength < 0 || route.wavelengths < 1 || last > available) {
        const message = `step ${index}: wavelength ${last - 1} of worker ${src}, there are ${available}`;
        report({ kind: "wavelength", message, ...place });
        return;
      }
      const segments = arcLength(transfer, route, workers);
      longestArc = Math.max(longestArc, segments);
      const up = route.direction === "up";
      for (let passed = 0; passed < segments; passed++) {
        const segment = up ? (src + passed) % workers : (src - 1 - passed + 2 * workers) % workers;
        const lane = up ? segment : workers + segment;
        for (let wavelength: number = route.firstWavelength; wavelength < last; wavelength++) {
          const channel = lane * available + wavelength;
          if (owner[channel] !== 0) {
            const other = transfers[owner[channel]! - 1]!;
            const message = `step ${index}: workers ${other.src} and ${src} share wavelength ${wavelength} on segment ${segment} going ${route.direction}`;
            report({ kind: "channel", message, ...place });
          }
          owner[channel] = number + 1;
        }
      }
    });
    index++;
  }
  return { wavelengths, longestArc, faults };
}
