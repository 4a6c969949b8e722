import type { WorkbenchData } from "../index.ts";

/** What the page asks of its worker; the first message is the data. */
export type WorkbenchRequest =
  | { readonly kind: "open"; readonly data: WorkbenchData }
  | { readonly kind: "compile"; readonly text: string }
  | { readonly kind: "export"; readonly format: string };

export type WorkbenchAnswer =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "circuit"; readonly verdict: string; readonly page: string; readonly notes: readonly string[] }
  | { readonly kind: "refused"; readonly problems: readonly string[] }
  | { readonly kind: "file"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** The entry of the menu of formats that is no target of `optinc export`. */
export const circuitFormat = "circuit.json";
