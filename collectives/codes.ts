import type { CodePage } from "../dsl/index.ts";

/** OPT07xx: what `optinc compare` and `optinc schedule` are asked for. */
export const collectiveCodes: readonly CodePage[] = [
  page(
    "OPT0701",
    "unknown algorithm",
    "The all-reduce algorithms are those of the table in docs/explanation/collectives.md; `optinc schedule --help` lists them too.",
  ),
  page(
    "OPT0702",
    "the algorithm is not defined for this number of workers",
    "A torus needs a rectangle of at least 2 x 2, a hierarchical ring a group that divides the workers, one photonic unit no more workers than it has ports. `optinc compare` leaves such rows out and says why; `optinc schedule` needs another number.",
  ),
  page(
    "OPT0703",
    "number of workers out of range",
    "An all-reduce takes 2 to 4096 workers, written as a number, a list (`4,8,12`) or a range (`4..4096`, the powers of two in it).",
  ),
  page(
    "OPT0704",
    "not a size",
    "A gradient has at least one element and at most 1e12. A size is a whole number of elements, with k, M, G or T for thousands, millions and so on: `25.6M`. `--sizes` takes bytes as nccl-tests do, from 1 B to 4 TiB, where k, M and G are powers of 1024: `1k..1G` doubles from 1 KiB to 1 GiB, `64KiB,1MiB` are two.",
  ),
  page("OPT0705", "unknown element type", "Gradient elements are fp32, fp16, bf16, fp8, int16 or int8."),
  page(
    "OPT0706",
    "impossible number of wavelengths",
    "A waveguide carries 1 to 1024 wavelengths. WRHT needs one at least; with w of them its groups have at most 2 w + 1 workers. Only wrht, optical-ring and sip-ring use wavelengths.",
  ),
  page(
    "OPT0707",
    "the format cannot express the schedule",
    "Traces, JSON and CSV hold a million transfers. ASTRA-sim's system file names the algorithms that it implements itself; the transfers of others can be exported as a Chakra trace.",
  ),
  page(
    "OPT0708",
    "a schedule is not an all-reduce",
    "The schedule was executed on random integers and a worker ended without the exact sum, or two transfers share a wavelength on a segment in one step. This is a bug in the schedule; please report it with the command.",
  ),
  page(
    "OPT0709",
    "the output needs a place",
    "Some exports are binary or consist of several files. Name a directory with -o.",
  ),
  page(
    "OPT0710",
    "no model with layers",
    "`optinc compare --iterations` follows a model layer by layer: its time of compute, and which gradients are ready when. Models whose layers are published are in docs/explanation/collectives.md; `--size` and `parameters` give a gradient without layers, which `optinc compare` without --iterations compares.",
  ),
];

function page(code: string, title: string, explanation: string): CodePage {
  return { code, title, explanation, wrong: "", right: "" };
}
