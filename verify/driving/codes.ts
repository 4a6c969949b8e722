import type { CodePage, Severity } from "../../dsl/index.ts";

/** What is wrong with an input of the verification that is not spec text. */
export interface Finding {
  /** `OPT05nn`, a key of `verifyCodes`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** The file as the user named it, and the place in it: `gradients.npy: byte 6`, `gradients.npy[2, 17]`. */
  readonly where: string;
  readonly help: string | null;
}

/** Pages of the explain table about files of gradients. */
export const verifyCodes: readonly CodePage[] = [
  {
    code: "OPT0501",
    title: "not a .npy file",
    explanation:
      "Gradients are read from NumPy's .npy format. Such a file begins with the byte 0x93, the letters NUMPY, a version and the length of a header. A .npz archive holds several of them and has to be unpacked first.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0502",
    title: "unknown version of the .npy format",
    explanation:
      "Versions 1.0, 2.0 and 3.0 of the format are known; they differ in the size of the length field and the encoding of the header. Another version may lay out the data differently, so it is not guessed at.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0503",
    title: "malformed .npy header",
    explanation:
      "The header is a Python dictionary with exactly the keys descr, fortran_order and shape, each once, and ends with a line feed. Anything else means a damaged file.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0504",
    title: "gradients are not little-endian float32",
    explanation:
      "Only the type <f4 is read. Other types would have to be converted, and a silent conversion would change the numbers whose aggregation is being checked.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0505",
    title: "gradients in Fortran order",
    explanation:
      "Each worker's gradient has to be contiguous (C order, fortran_order False). A file in Fortran order interleaves the workers.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0506",
    title: "gradients do not have the shape [workers, length]",
    explanation:
      "The first axis is the worker, the second the parameter. Both have at least one entry; parameters of several layers are flattened and joined.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0507",
    title: "file size does not fit the shape",
    explanation:
      "After the header a file has exactly 4 bytes for each of workers x length numbers. A shorter file was truncated, a longer one holds something that would be ignored.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0508",
    title: "a gradient is not finite",
    explanation:
      "NaN and infinities have no quantized word: the shared exponent of their block would not exist. The first place and the number of such values are reported.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0509",
    title: "gradients of another number of workers",
    explanation:
      "The circuit averages over a fixed number of workers; the mean over fewer or more of them is another function.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0510",
    title: "files that are not one gradient of each worker",
    explanation:
      "`optinc aggregate` takes one file whose first axis is the worker, or a file for every worker in order, all of one type and shape.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0511",
    title: "type of gradients that is not aggregated",
    explanation:
      "Gradients are float32 or float16 in NumPy's own types, little-endian, or bfloat16 as 16-bit integers or raw pairs of bytes with `--dtype bf16`, because NumPy has no name for it. Nothing else is converted silently.",
    wrong: "",
    right: "",
  },
];
