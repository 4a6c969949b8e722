/** A page of `optinc explain`, shaped as in dsl/, which netlist/ does not import. */
interface CircuitCodePage {
  readonly what: string;
  readonly why: string;
  readonly write: string;
}

/** Every code that `checkCircuit` and the targets report. */
export const circuitCodes: Readonly<Record<string, CircuitCodePage>> = {
  OPT0401: {
    what: "the file is not a circuit",
    why: 'A circuit is a JSON object with "format": "optinc.circuit".',
    write: "Give a circuit.json of optinc.",
  },
  OPT0402: {
    what: "the version of the circuit is unknown",
    why: "Versions 1 to 4 are known. Version 2 adds losses, 3 saturating neurons, 4 measured couplers. A guess could verify another circuit.",
    write: "Compile the spec again, or use a newer optinc.",
  },
  OPT0403: {
    what: "a part of the circuit is missing or malformed",
    why: "docs/reference/circuit-schema.json says which parts a circuit has, and their types.",
    write: "Correct the part that the message names.",
  },
  OPT0404: {
    what: "the number is out of range",
    why: "Bounds keep every computed number finite: angles within 2^20 rad, fields and gains within 1e-100 to 1e100. A field factor is above 0 and at most 1. An index names something that exists.",
    write: "Use a number within the range that the message gives.",
  },
  OPT0405: {
    what: "a circuit has no such part",
    why: "A reader that ignores a misspelt key reads another circuit.",
    write: "Correct the key or delete it.",
  },
  OPT0406: {
    what: "the numbers of the aggregate contradict each other",
    why: "A word has ceil(bits / log2(levels)) symbols. Levels are 2, 4, 8 or 16.",
    write: "Compile the spec again.",
  },
  OPT0407: {
    what: "the input ports do not cover the workers' symbols once each",
    why: "Every symbol of every worker enters by one port. Otherwise a worker would be ignored or counted twice.",
    write: "Compile the spec again.",
  },
  OPT0408: {
    what: "the output ports do not cover the workers' symbols once each",
    why: "Every worker receives every symbol by one receiver. A waveguide ends in at most one.",
    write: "Compile the spec again.",
  },
  OPT0409: {
    what: "the device lies outside its mesh",
    why: "Devices name modes of their mesh by position. An MZI also needs the next mode.",
    write: "Correct the mode of the device.",
  },
  OPT0410: {
    what: "two devices of a mesh overlap",
    why: "Devices of one column stand side by side. Along a waveguide the columns never decrease.",
    write: "Correct the columns.",
  },
  OPT0411: {
    what: "two neurons stand on one waveguide",
    why: "The neurons of a section act side by side.",
    write: "Remove one of them.",
  },
  OPT0412: {
    what: "the receiver or neuron gets no light",
    why: "No port and no device feeds its waveguide, or its light was absorbed.",
    write: "Correct the ports or the devices before it.",
  },
  OPT0413: {
    what: "the certificate names something that does not exist",
    why: "Cells name signals, and signals name sections and modes. A cell reads sums of symbols and earlier cells.",
    write: "Compile the spec again.",
  },
  OPT0414: {
    what: "there are more findings than are listed",
    why: "A broken file would give thousands of findings.",
    write: "Correct the first ones and run again.",
  },
  OPT0415: {
    what: "a circuit cannot have this name",
    why: "Names become parts of file names and reports. They have 1 to 128 visible characters and no path separators.",
    write: "Avoid `..`, a leading `.` or `-`, drive letters and `__proto__`.",
  },
  OPT0416: {
    what: "the placement does not fit the circuit",
    why: "A placement orders devices from left to right and waveguides from top to bottom. Their crossings must be those that the waveguides state.",
    write: "Compile the spec again.",
  },
  OPT0430: {
    what: "the circuit is large for SPICE",
    why: "ngspice solves one system of equations. Its time and memory grow faster than the circuit. The netlist is written.",
    write: "Export a part with `--scope`.",
  },
  OPT0431: {
    what: "the format leaves parts out",
    why: "Formats for passive optics have no neurons, receivers or constant light.",
    write: "Read the index beside the files for the rest, or export spice, which holds everything.",
  },
  OPT0432: {
    what: "the format has no such option",
    why: "Each format has its list of options.",
    write: "Use an option that `optinc export --list` shows.",
  },
  OPT0433: {
    what: "the option does not take this value",
    why: "`optinc export --list` shows the values, the default first.",
    write: "Use one of them.",
  },
  OPT0434: {
    what: "the file is large for the format's tools",
    why: "Tools that read the format will need much time or memory. The file is written.",
    write: "Export one layer or mesh at a time with `--scope`.",
  },
  OPT0435: {
    what: "the circuit has no such part",
    why: "A scope is `circuit`, `layer:2`, `layer:NAME` or `mesh:NAME`.",
    write: "Use a name of the circuit, or `mesh:LAYER/NAME` where several meshes share a name.",
  },
  OPT0436: {
    what: "the file does not hold the losses",
    why: "In this format devices are ideal, so fields are larger than on the chip.",
    write: "Use spice, sax or touchstone for losses.",
  },
  OPT0437: {
    what: "the format needs the whole circuit",
    why: "A table, a model, a hook, a proof and a picture describe the whole circuit. A layer has no words.",
    write: "Leave `--scope` out.",
  },
  OPT0438: {
    what: "the table would have too many rows",
    why: "A table has a row for every vector of symbol sums or tuple of words: 815 million for four 16-bit words. It cannot be split by digit, as residuals are fields.",
    write: "Export an ONNX model, or use `optinc aggregate`.",
  },
  OPT0439: {
    what: "the chip depends on more than the sums",
    why: "With fabrication errors, words of equal sums can give different results. A table of sums holds one of them. The message says how often this happened on random words.",
    write: "Use a table of words where this matters.",
  },
  OPT0440: {
    what: "the netlist cannot be read back",
    why: "Readers take what `optinc export` writes, also with other numbers and connections. A guess could verify another circuit.",
    write: "Correct the place that the message names.",
  },
  OPT0441: {
    what: "the circuit is too large for one model",
    why: "An ONNX model has a matrix between any two columns of neurons. A file has at most 2 GiB.",
    write: "Use a format of devices.",
  },
  OPT0442: {
    what: "words over time lack an option",
    why: "`words` and `delays` describe the waveform of analysis=tran for a whole circuit. Delays come from a technology, as circuit.json has none.",
    write: "Add `analysis=tran`, and name a technology or write the delays.",
  },
  OPT0443: {
    what: "the options describe no chip, or two",
    why: "`phase-sigma` is the size of the phase errors, `chip` the seed that draws them. `--measured` and `--chip-sample` describe a chip by themselves.",
    write: "Use `phase-sigma` with `chip`, or one of the others alone.",
  },
  OPT0444: {
    what: "the circuit, or the part of it, has no such layout",
    why: "`chip=whole` draws everything from port to port. `kit=ubcpdk` and `kit=cspdk` draw sections without neurons, whose lanes do not cross.",
    write: "Leave `--scope` or `chip=whole` out. With a foundry's kit, export one mesh.",
  },
  OPT0445: {
    what: "the format has no measured couplers",
    why: "The phases of this circuit are right only for the couplers that were measured. Nothing was written.",
    write: "Use spice, sax or touchstone.",
  },
  OPT0446: {
    what: "the file does not describe a measured chip",
    why: "The file names its circuit, and lists measured values by the MZI names of bringup.json. Unknown names and keys are errors, as their values would be lost. A share of power is between 0 and 1, a loss at least 0 dB.",
    write: "Correct the entry that the message names.",
  },
  OPT0447: {
    what: "only constructed networks can be made for one chip",
    why: "`--measured` solves each MZI with its measured couplers. MZIs of trained and imported meshes depend on each other.",
    write: "Use `network constructed`, or leave `--measured` out.",
  },
  OPT0448: {
    what: "the MZI of this chip cannot reach the share of power",
    why: "Coupler angles off by e1 and e2 keep at least sin^2(e1 + e2). At least sin^2(e1 - e2) passes to the other lane. The circuit needs less than that.",
    write: "Use another chip.",
  },
  OPT0449: {
    what: "the format does not describe one chip",
    why: "A table, a model or a hook holds the words of one chip. Formats of devices hold the circuit as designed.",
    write: "Use such a format, or leave `--measured` and `--chip-sample` out.",
  },
  OPT0450: {
    what: "the chip is larger than the reticle",
    why: "`reticle-width` and `reticle-height` of the technology say what one exposure takes. Most foundries do not stitch waveguides over several. A kit's foundry has a largest design.",
    write: "Use fewer workers or bits, or a cascade of small chips.",
  },
  OPT0451: {
    what: "the result is too long for a communication hook",
    why: "A hook hands means on as float32. It holds integers of 25 bits with their sign. A longer sum would lose its fraction.",
    write: "Use fewer bits, or a rounding.",
  },
  OPT0452: {
    what: "the layout has other lengths than the circuit",
    why: "The circuit has another technology, is older, or its network was not constructed. Proof and budget hold for its own lengths.",
    write: "Compile it again for the technology that the layout is drawn for.",
  },
  OPT0453: {
    what: "a ground line carries more than its metal takes",
    why: "The wires that all heaters share are drawn as wide as there is room. `metal-current` of the technology bounds their current.",
    write: "Drive fewer heaters at once, or name a technology with thicker metal.",
  },
  OPT0454: {
    what: "the sweep over frequencies cannot be computed",
    why: "Phases and couplers at other frequencies follow from a technology, as circuit.json has one wavelength. A file lists frequencies from low to high.",
    write: "Name a technology, and write FROM:TO:COUNT with frequencies in Hz.",
  },
};
