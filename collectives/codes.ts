import type { CodePages } from "../dsl/index.ts";

/** OPT07xx: `optinc compare` and `optinc schedule`. */
export const collectiveCodes: CodePages = {
  OPT0702: {
    what: "the algorithm does not serve this number of workers",
    why: "A torus needs a rectangle of at least 2 x 2. A hierarchical ring needs groups of equal size. A photonic unit has a fixed number of ports.",
    write: "Choose another number. `optinc compare` leaves such rows out and says why.",
  },
  OPT0706: {
    what: "the algorithm uses no wavelengths",
    why: "Only wrht, optical-ring and sip-ring do.",
    write: "Leave `--wavelengths` out.",
  },
  OPT0707: {
    what: "the format cannot express the schedule",
    why: "Traces, JSON and CSV hold at most a million transfers. ASTRA-sim's system file names only its built-in algorithms.",
    write: "Export a Chakra trace, or a smaller schedule.",
  },
  OPT0708: {
    what: "the schedule is not an all-reduce",
    why: "A worker ended without the exact sum, or two transfers share a wavelength. This is a bug in optinc.",
    write: "Please report it with the command.",
  },
  OPT0709: {
    what: "the output needs a place",
    why: "The export is binary or has several files.",
    write: "Name a directory with `-o`.",
  },
  OPT0710: {
    what: "the model has no layers",
    why: "`--iterations` needs the compute time and gradients of every layer. `--size` and `parameters` give a gradient without layers.",
    write: "Use a model from docs/explanation/collectives.md, or leave `--iterations` out.",
  },
  OPT0711: {
    what: "there are no words that all algorithms could send",
    why: "`--words equal` sends the words of the photonic unit with every algorithm. Nothing says how many bits they have.",
    write: "Write a `precision` in the cluster's `optinc` block, or name a circuit with `--circuit`.",
  },
  OPT0713: {
    what: "a job needs more photonic units than the switch has",
    why: "A job takes the units of its tree: one for up to `optinc unit` workers, more for more.",
    write: "Write more `units` in the cluster's `jobs` block, larger units, or smaller jobs.",
  },
  OPT0714: {
    what: "photonic units fail too often",
    why: "`mtbf` has to be units x (repair + longest iteration + every / 1000).",
    write: "Write a longer `mtbf` or a shorter `repair`.",
  },
};
