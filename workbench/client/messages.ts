import type { FramedCircuit } from "../../report/index.ts";
import type { WorkbenchData } from "../index.ts";

/** What the worker knows. */
export type WorkerData = Pick<WorkbenchData, "technologies" | "version">;

/** What the page asks of its worker; the first message is the data. */
export type WorkbenchRequest =
  | { readonly kind: "open"; readonly data: WorkerData }
  | { readonly kind: "compile"; readonly text: string; readonly number: number }
  | { readonly kind: "export"; readonly format: string }
  | { readonly kind: "try"; readonly at: TriedPhysics };

/** What the sliders say: launch power of a symbol, symbol rate, standard deviations of phases and of couplers' angles, drift since these were set. */
export interface TriedPhysics {
  readonly launchDbm: number;
  readonly symbolRateBd: number;
  readonly phaseRad: number;
  readonly splitter: number;
  readonly temperatureK: number;
  readonly frequencyHz: number;
}

/** An answer while that compilation was the last one that the worker had begun. */
export type WorkerAnswer = WorkbenchAnswer & { readonly number: number };

export type WorkbenchAnswer =
  | { readonly kind: "progress"; readonly text: string }
  | {
      readonly kind: "circuit";
      readonly framed: FramedCircuit;
      readonly verdict: string;
      readonly notes: readonly string[];
    }
  | {
      readonly kind: "tried";
      readonly text: string;
      readonly counts: readonly number[];
      /** The device behind which noise changes a decision most easily; null where none is known. */
      readonly weakest: string | null;
    }
  | { readonly kind: "refused"; readonly problems: readonly string[] }
  | { readonly kind: "file"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** The entries of the menu of formats that are no targets of `optinc export`. */
export const circuitFormat = "circuit.json";
export const buildFormat = "build directory";
