import { renamedWords } from "../language/renamed.ts";
import type { CodePages } from "../report/diagnostic.ts";
import { block, pair } from "./example.ts";

const network = (kind: string, ...lines: readonly string[]): string =>
  pair(`network ${kind} {`, ...lines.map((line) => `  ${line}`), "}");
const trained = (layers: string): string => network("trained", "hidden 32 32", `approximate layers ${layers}`);
const imported = (file: string): string => network("imported", `weights "${file}"`);
const verified = (inputs: string): string =>
  pair("network imported {", '  weights "mlp.json"', "}", "verify {", `  inputs ${inputs}`, "}");
const tree = (workers: number, ...lines: readonly string[]): string =>
  block("aggregate tree", `workers ${workers}`, "precision 8 bits", "topology cascade 4 x 4", ...lines);
const required = (...lines: readonly string[]): string =>
  pair('technology "foundry-si"', "require {", ...lines.map((line) => `  ${line}`), "}");
const exact = (bits: number): string => block("aggregate tree", "workers 4", `precision ${bits} bits`, "rounding none");

const renamings = renamedWords.map(({ block: home, setting, old, now }) => {
  const [before, after] = setting === null ? [old, now] : [`${setting} ${old}`, `${setting} ${now}`];
  return `\`${before}\` of \`${home}\` is \`${after}\`.`;
});

/** OPT0222 and on: how the circuit of an aggregate is built, and what it has to keep. */
export const designCodes: CodePages = {
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
  OPT0225: {
    what: "the cascade has fewer inputs than workers",
    why: "`4 x 4` is four units of four inputs and a fifth unit that joins them: 16 inputs. Inputs may stay dark.",
    write: "Choose levels whose product is at least the number of workers.",
    wrong: tree(17),
    right: tree(13),
  },
  OPT0226: {
    what: "a cascade needs a constructed network",
    why: "Units below the last keep the fraction of the mean. A trained or imported network serves all workers at once and cannot.",
    write: "Use `network constructed`, or leave `topology` out.",
    wrong: tree(16, "network trained"),
    right: tree(16, "network constructed"),
  },
  OPT0227: {
    what: "the requirement bounds the figure on the wrong side",
    why: "A requirement keeps a figure from being bad: losses, powers, times, sizes and error rates from above.",
    write: "Use `<=`, and `>=` for the yield.",
    wrong: required("latency >= 5 ns"),
    right: required("latency <= 5 ns", "yield >= 99 % at phase 0.005 rad, splitter 1 %"),
  },
  OPT0228: {
    what: "this does not name a technology",
    why: "A technology is a shipped one or a YAML file.",
    write: "Use a name from `optinc technology list`, or a path relative to the spec.",
    wrong: pair('technology "processes/own.json"'),
    right: pair('technology "processes/own.yaml"'),
  },
  OPT0233: {
    what: "the neuron does not have this threshold",
    why: "A rectifier decides at zero, so reference light sets its threshold (`threshold optical`). A saturating neuron can set it electronically. `residual regenerated` needs an optical threshold.",
    write: "Use `neuron saturating` with `threshold electronic`, or `threshold optical`.",
    wrong: network("constructed", "neuron relu", "threshold electronic"),
    right: network("constructed", "neuron saturating", "threshold electronic"),
  },
  OPT0234: {
    what: "the setting was removed from the language",
    why: "`network trained` trains one perceptron. Networks composed of one small network a digit (`structure cells`) are gone: `network constructed` computes every word exactly.",
    write: "Remove the setting. For words that are too long to train, write `network constructed`.",
    wrong: network("trained", "structure perceptron", "seed 3"),
    right: network("trained", "seed 3"),
  },
  OPT0235: {
    what: "the setting has no effect",
    why: "Another setting of the file makes this one irrelevant. This is a warning, and the setting is kept.",
    write: "Remove the setting, or change the other one.",
    wrong: block("training digits", "runs float, ring", "phase-sigma 0.05 rad"),
    right: block("training digits", "runs float, ring, noise", "phase-sigma 0.05 rad"),
  },
  OPT0246: {
    what: "the word was renamed",
    why: "The old word is read for one release.",
    write: `Let \`optinc check --fix\` or \`optinc fmt\` write the new word. ${renamings.join(" ")}`,
    wrong: network("constructed", "margin 0.25"),
    right: network("constructed", "decision-margin 0.25"),
  },
  OPT0247: {
    what: "no circuit gives this exact sum",
    why: "With `rounding none` the workers receive the exact sum: ceil(log2 W) more bits for W workers, at most 32. Only a constructed network gives it.",
    write: "Use fewer bits, a rounding, or `network constructed`.",
    wrong: exact(31),
    right: exact(30),
  },
  OPT0248: {
    what: "the bound of the symbol rate is for designs that the compiler chooses",
    why: "The compiler chooses with a technology, a requirement, and no setting of the network.",
    write: "Write the rate alone, or leave the network to the compiler.",
    wrong: pair('technology "best-published"', "symbol-rate >= 10 GBd"),
    right: pair('technology "best-published"', "symbol-rate >= 10 GBd", "require { launch-power <= 5 dBm }"),
  },
};
