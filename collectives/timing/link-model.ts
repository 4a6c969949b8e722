/**
 * What a network charges for a step of transfers; times in seconds, rates in bit/s. The time of a step is
 *
 *   reconfiguration + longest latency + heaviest load / rate over all ports, links and wavelengths + longest reduction
 *
 * so steps do not overlap, except in a streamed phase (see `timeSchedule`).
 */
export interface LinkModel {
  /** Of one message, end to end (alpha). */
  readonly latencyS: number;
  /** Added by every switch, whether it forwards or reduces. */
  readonly hopLatencyS: number;
  /** Of a node's port in each direction; switches have one such port towards each neighbour. */
  readonly portBitsPerS: number;
  /** Whether a port carries its rate in both directions at once, or in all. */
  readonly duplex: "full" | "half";
  /** Of a link between two switches that only forward. */
  readonly linkBitsPerS: number;
  /** Of one wavelength of an arc; arcs do not load the ports. */
  readonly wavelengthBitsPerS: number;
  /** Workers i and j with floor(i / size) = floor(j / size) have ports of their own between them; null for none. */
  readonly group: { readonly size: number; readonly bitsPerS: number } | null;
  /** At which a worker adds received elements to its own (1 / gamma); Infinity when it costs nothing. */
  readonly reductionBitsPerS: number;
  readonly circuits: CircuitModel | null;
}

/** Optical circuits must be set up before they carry anything. */
export interface CircuitModel {
  readonly setupS: number;
  /** `changed`: only when a step needs a circuit that the step before it did not have; `step`: before every step. */
  readonly when: "changed" | "step";
  /** A port holds one circuit at a time: flows that share a port take turns, each with its own set-up. */
  readonly exclusivePorts: boolean;
}
