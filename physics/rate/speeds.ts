import type { DeckFilters } from "../../netlist/index.ts";
import { filterKeys, filtersOf, receiverBandwidth, receiverFiltersOf } from "../noise/filters.ts";
import { qOfError } from "../noise/noise.ts";
import type { QuantityKey } from "../technology/quantities.ts";
import { type Reading, readingOf } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { type Poles, timeOfShare } from "./poles.ts";

/** How fast the parts of a circuit answer, and how well its clocks agree. */
export interface Speeds {
  /** From one neuron to the next, and to a receiver. */
  readonly poles: Poles;
  readonly receiverPoles: Poles;
  /** By how much a transmitter's light may come early or late, and a receiver may read so. */
  readonly clockErrorS: number;
  /** For which a comparator that saturates keeps its answer after its field has left the dark or the saturated part. */
  readonly recoveryS: number;
}

/** What closes an eye beside the filters. */
export const timingKeys = ["clock-jitter", "sampling-offset", "neuron-recovery"] as const;

/**
 * Of a circuit at a symbol rate, with clocks that err more with that probability; `without`: quantities that are taken as 0.
 * Throws NotGiven where a bandwidth is not given.
 */
export function speedsOf(
  reading: Reading,
  symbolRateBd: number,
  clockErrors: number,
  without: readonly QuantityKey[] = [],
): Speeds {
  const usual = (key: QuantityKey): number => (reading.has(key) && !without.includes(key) ? reading.value(key) : 0);
  const equaliserHz = usual("equaliser-bandwidth");
  return {
    poles: equalised(filtersOf(reading), equaliserHz),
    receiverPoles: equalised(receiverFiltersOf(reading, symbolRateBd), equaliserHz),
    clockErrorS: qOfError(clockErrors) * usual("clock-jitter") + usual("sampling-offset"),
    recoveryS: usual("neuron-recovery"),
  };
}

/** The slowest filter is as fast as the equaliser: its zero stands on that pole. */
function equalised(poles: Poles, equaliserHz: number): Poles {
  const slowest = Math.min(...poles);
  const at = poles.indexOf(slowest);
  return equaliserHz <= slowest ? poles : poles.map((hertz, i) => (i === at ? equaliserHz : hertz));
}

/** The filters of a deck that is simulated in time, and the quantities that the technology lacks for them. */
export function deckFilters(
  technology: Technology,
  symbolRateBd: number,
): { readonly filters: DeckFilters | null; readonly missing: readonly QuantityKey[] } {
  const reading = readingOf(technology);
  const missing = filterKeys.filter((key) => !reading.has(key));
  if (missing.length > 0) return { filters: null, missing };
  const [modulatorHz, detectorHz, amplifierHz] = filtersOf(reading) as [number, number, number];
  const { poles, receiverPoles } = speedsOf(reading, symbolRateBd, 0.5);
  const filters: DeckFilters = {
    modulatorHz,
    detectorHz,
    amplifierHz,
    receiverHz: receiverBandwidth(reading, symbolRateBd),
    equaliserHz: reading.has("equaliser-bandwidth") ? reading.value("equaliser-bandwidth") : 0,
    halfStepS: timeOfShare(poles, 0.5),
    receiverHalfStepS: timeOfShare(receiverPoles, 0.5),
  };
  return { filters, missing };
}
