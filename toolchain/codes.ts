import type { CodePages } from "../dsl/index.ts";

/** Pages of `optinc explain` about compiles, trainings and exports. */
export const toolchainCodes: CodePages = {
  OPT0612: {
    what: "the file is not JSON",
    why: "The text ends early, perhaps after an interrupted copy. Another cause is a key that an object has twice.",
    write: "Copy or write the file again.",
  },
  OPT0618: {
    what: "the proof of exactness failed",
    why: "Every compile proves that each word is right. The proof failed, so nothing was written. This is a bug in optinc.",
    write: "Please report it with the spec.",
  },
  OPT0620: {
    what: "fewer words are right than the target asks for",
    why: "A trained or imported network is measured on its words. The target is 100 % unless the spec says otherwise. `verify` and `export` of a build need `--target` for less. The best network was written.",
    write: "Continue the training with `--resume`, or lower the target.",
  },
  OPT0621: {
    what: "the training diverged",
    why: "The loss became infinite, not a number, or much larger than at the start. The same settings diverge again.",
    write: "Lower `learning-rate`, or raise `batch`.",
  },
  OPT0622: {
    what: "the network cannot be trained",
    why: "It needs too much memory, or its symbols cannot be merged or split as asked.",
    write: "Change the setting that the message names.",
  },
  OPT0623: {
    what: "the training was interrupted",
    why: "A signal such as Ctrl-C ended the training after its checkpoint was saved. The exit code is 130 for Ctrl-C.",
    write: "Run the same command with `--resume` to get the identical network.",
  },
  OPT0632: {
    what: "verification cannot start from this file",
    why: "Tables, pictures and most formats do not hold the whole circuit.",
    write: "Give a build directory, a circuit.json, a spec, or a netlist with `--netlist FILE --as FORMAT`.",
  },
  OPT0635: {
    what: "the network has another origin than the spec asks for",
    why: "`network constructed`, `trained` and `imported` differ in where weights come from. A library call passed the wrong kind, or none.",
    write: "Pass a network of the spec's kind.",
  },
  OPT0636: {
    what: "the library call did not pass the technology",
    why: "The spec names a technology, and only the caller reads files.",
    write: "Read it with `readTechnology`, and pass it as the option `technology` of `compile`.",
  },
  OPT0638: {
    what: "the technology does not give a loss",
    why: "The compiler compensates losses. A missing value is unknown, not 0.",
    write: "Give the loss, if as 0 dB. Give lengths too where a length loses light or takes time.",
  },
  OPT0641: {
    what: "there is no such format",
    why: "`--to` takes a built-in format or the path of an ECMAScript module that exports one.",
    write: "Use a name from `optinc export --list`, or correct the module.",
  },
  OPT0646: {
    what: "a lane loses more than 200 dB",
    why: "It has too many crossings or too long a delay line between two devices. No receiver detects such light.",
    write: "Use a smaller circuit, or a technology with lower losses.",
  },
  OPT0647: {
    what: "the circuit would be too large to read back",
    why: "A circuit.json has at most 480 MiB. The estimate is on the large side. Cascades of many small units need most.",
    write:
      "Use fewer levels: `64 x 64` is five times smaller than twelve levels of 2. Use narrower layers in trained networks.",
  },
  OPT0824: {
    what: "no design keeps all requirements",
    why: "The compiler chose the network, measured designs, and each missed something. The places are a smallest set of requirements that no design keeps together.",
    write:
      "Relax one of them to the figure at its place, or take another technology. The best design is written, with exit code 3.",
  },
  OPT0825: {
    what: "no design can be built in this technology",
    why: "The technology has no usable neurons, gives no losses, or loses all light.",
    write: "Write the settings of the network. The compiler then says what is missing.",
  },
  OPT0830: {
    what: "a bound that no design can keep",
    why: "MZIs, latency and area without waveguides, and the parts' rates, are known before a search. A bound beyond them cannot be kept.",
    write: "Allow more than the label says, or ask for fewer workers or bits.",
  },
};
