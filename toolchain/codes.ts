import type { CodePage } from "../dsl/index.ts";

/** Pages of the explain table about what a compile, a training or an export came to. */
export const toolchainCodes: readonly CodePage[] = [
  page(
    "OPT0612",
    "not JSON",
    "The file is not a complete JSON text. A circuit.json that ends early was truncated, for instance by a copy that was interrupted. A key that an object has twice is refused too, as programs differ in which of the two they take.",
  ),
  page(
    "OPT0618",
    "the proof of exactness failed",
    "Every compile proves, on the devices of the circuit, that each word of each worker gives the specified word. The proof failed, so that nothing was written. This is a bug in the compiler; please report it with the spec.",
  ),
  page(
    "OPT0620",
    "fewer words are right than the target asks for",
    "A trained or imported network is measured: its words are sent through the circuit. Fewer of them are right than `target` asks for, which is 100 % unless the spec says otherwise, and always for imported networks; `verify` and `export` of a build, which do not believe what lies beside a circuit, ask for 100 % unless `--target` says that less is enough. The build or export is written with the best network that there is; the summary lists by how much the wrong words are off and how often. A training that the budget ended can be continued with `--resume`.",
  ),
  page(
    "OPT0621",
    "the training diverged",
    "The loss became infinite, not a number, or many times what it was at the start. Steps were too large for this network: lower `learning-rate`, or raise `batch`. The same settings diverge again at the same step, so that there is nothing to resume.",
  ),
  page(
    "OPT0622",
    "a network that cannot be trained",
    "The task does not fit the engine: the network needs more memory than there is, or its symbols cannot be merged or split as asked. The message names the setting.",
  ),
  page(
    "OPT0623",
    "the training was interrupted",
    "A signal, such as that of Ctrl-C, ended the training in good order. With a checkpoint, the same command with `--resume` continues and gives the identical network. Changing the spec in a way that changes the training makes it another training. The exit code is 130 for Ctrl-C.",
  ),
  page(
    "OPT0632",
    "not a file that verification starts from",
    "`optinc verify` drives a circuit: a build directory, a circuit.json, an exported netlist (SPICE by its name, or with --netlist FILE --as FORMAT), or a spec that it compiles. Tables of phases, pictures and the other formats of `optinc export` do not say everything that a circuit is, and are not read back.",
  ),
  page(
    "OPT0635",
    "another kind of network than the spec asks for",
    "`network constructed`, `network trained` and `network imported` are three origins of weights. A library call was handed a network of one kind for a spec of another, or none where the spec needs a file that only the caller can read.",
  ),
  page(
    "OPT0636",
    "the technology was not given",
    "A spec names a technology, and a library call was not handed it. Only the caller can read files: `readTechnology` makes a technology of the text of one, and the option `technology` of `compile` takes it.",
  ),
  page(
    "OPT0638",
    "a technology that does not say what light loses",
    "A circuit of a technology makes up for what its devices, crossings and lengths lose. What a technology does not give is not known, and never taken for 0: a loss has to be given, if as 0 dB, and the lengths of parts where a length loses light or takes time.",
  ),
  page(
    "OPT0641",
    "no such format",
    "`optinc export --to` takes the name of a format of `optinc export --list`, or the path of an ECMAScript module that exports one target: an object with name, summary, carries, limits, options, check(subject, options) and emit(subject, options).",
  ),
  page(
    "OPT0646",
    "no light is left",
    "In this technology a lane of the circuit would lose more than 200 dB between two devices: too many crossings, or a delay line that is too long. No receiver finds such light again, and no proof is attempted.",
  ),
  page(
    "OPT0647",
    "a circuit too large to be read back",
    "What optinc writes it must be able to read, verify and export: a circuit.json of more than 480 MiB is refused, and so is a spec that would make one, before anything is trained or compiled. Its size is estimated from the plan of the network, or from the widths of the layers, and errs on the large side. Trees of many small units need most: 4096 workers of 32 bits in a cascade of twelve levels of 2 would be 600 MB, in one of 64 x 64 they are a fifth of that. Of trained networks, two neighbouring dense layers of 2048 are too many.",
  ),
];

function page(code: string, title: string, explanation: string): CodePage {
  return { code, title, explanation, wrong: "", right: "" };
}
