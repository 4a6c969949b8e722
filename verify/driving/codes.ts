import type { CodePages } from "../../dsl/index.ts";

/** Pages of `optinc explain` about files of gradients. */
export const verifyCodes: CodePages = {
  OPT0501: {
    what: "this is not a .npy file",
    why: "Gradients come as NumPy's .npy files. A .npz archive holds several of them.",
    write: "Save with numpy.save, or unpack the archive.",
  },
  OPT0502: {
    what: "the version of the .npy file is unknown",
    why: "Versions 1.0, 2.0 and 3.0 are known. Another one may order the data differently.",
    write: "Save with numpy.save.",
  },
  OPT0503: {
    what: "the .npy header is malformed",
    why: "The header is a dictionary with descr, fortran_order and shape, each once. The file is damaged.",
    write: "Save the file again.",
  },
  OPT0505: {
    what: "the gradients are in Fortran order",
    why: "Fortran order interleaves the workers. Each worker's gradient must be contiguous.",
    write: "Convert with numpy.ascontiguousarray.",
  },
  OPT0506: {
    what: "the array holds no gradients",
    why: "The first axis is the worker, the others are the parameters. Each needs at least one entry.",
    write: "Flatten and join the parameters of all layers.",
  },
  OPT0507: {
    what: "the file size does not fit the shape",
    why: "The data has 4 bytes for each number. A shorter file was truncated, a longer one holds something unknown.",
    write: "Save the file again.",
  },
  OPT0508: {
    what: "a gradient is not finite",
    why: "NaN and infinity have no quantized word, as their block would have no shared exponent.",
    write: "Remove these values. The message says where the first one stands. `aggregate` makes the whole block NaN.",
  },
  OPT0509: {
    what: "the number of workers differs from the circuit's",
    why: "The circuit averages over a fixed number of workers.",
    write: "Give as many gradients as the circuit has workers.",
  },
  OPT0510: {
    what: "the files are not one gradient of each worker",
    why: "All gradients have one type and shape.",
    write: "Give one file for each worker in order. One file with the workers as first axis works too.",
  },
  OPT0511: {
    what: "this type of gradients is not read",
    why: "Gradients are little-endian float32 or float16. NumPy has no bfloat16, so such files hold 16-bit integers.",
    write: 'Convert with `astype("<f4")`, or add `--dtype bf16` for bfloat16.',
  },
  OPT0512: {
    what: "these workers cannot be absent",
    why: "The circuit has no such workers, none is left, or nothing can stand in.",
    write: "Name workers from 0 on. `--stand-in rescaled` takes any number of them.",
  },
  OPT0513: {
    what: "these are not residuals of the circuit's workers",
    why: "Each worker adds its own residual to its gradient. Residuals of another number of workers, or of another model, belong to other gradients.",
    write: "Name the file that `--write-residuals` wrote for these workers and gradients, or leave `--residuals` out.",
  },
};
