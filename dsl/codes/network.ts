import type { CodePages } from "../report/diagnostic.ts";
import { pair } from "./example.ts";

const trained = (layers: string): string =>
  pair("network trained {", "  hidden 32 32", `  approximate layers ${layers}`, "}");
const imported = (file: string, ...lines: readonly string[]): string =>
  pair("network imported {", `  weights "${file}"`, "}", ...lines);
const verified = (inputs: string): string => imported("mlp.json", "verify {", `  inputs ${inputs}`, "}");

/** OPT0222 and on: what a network block means. */
export const networkCodes: CodePages = {
  OPT0222: {
    what: "the network has no such layer",
    why: "Layers are the matrices between two rows of neurons, counted from 1. There is one more than there are hidden widths.",
    write: "Use layers that exist.",
    wrong: trained("2..4"),
    right: trained("2..3"),
  },
  OPT0223: {
    what: "this kind of weights file is not read",
    why: "The ending says how the file is read. Pickled files such as `.pt` can run code and are not accepted.",
    write: "Save a `.safetensors`, `.npz` or `.json` file, with safetensors.torch.save_file for instance.",
    wrong: imported("mlp.pt"),
    right: imported("mlp.safetensors"),
  },
  OPT0224: {
    what: "trained and imported networks have no proof",
    why: "A proof checks the claims that a constructed network makes about its cells. Other networks make no claims.",
    write: "Use `inputs exhaustive` or `inputs sampled`.",
    wrong: verified("proof"),
    right: verified("exhaustive"),
  },
};
