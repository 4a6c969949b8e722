/** An entry of the explain table. The same shape as everywhere in the tool; netlist/ knows no other room. */
export interface CircuitCodePage {
  readonly code: string;
  readonly title: string;
  readonly explanation: string;
  /** Empty: the codes of this table are about circuits, not about the text of a spec. */
  readonly wrong: string;
  readonly right: string;
}

/** Every code that `checkCircuit` and the targets report. */
export const circuitCodes: readonly CircuitCodePage[] = [
  page(
    "OPT0401",
    "not a circuit",
    'A circuit file is a JSON object with "format": "optinc.circuit". Anything else is refused as a whole, before its parts are looked at.',
  ),
  page(
    "OPT0402",
    "circuit of an unknown version",
    "The version says how the parts of the file are to be understood. This tool reads versions 1, 2 (with losses), 3 (with neurons that saturate, with or without losses) and 4 (with couplers that were measured); guessing at another one could verify the wrong thing, and so could a reader of version 1 that meets losses.",
  ),
  page(
    "OPT0403",
    "missing or malformed part",
    "Every part of a circuit file is required and has one type; names that stand for a kind are from a fixed list.",
  ),
  page(
    "OPT0404",
    "number out of range",
    "Angles lie within 2^20 rad, fields, gains and scales within 1e-100 to 1e100 in magnitude, so that nothing that is computed from them overflows at once. What is left of a field behind a device (fieldFactor) is more than 0 and at most 1. Modes and symbols are indices that exist, gains and scales that must be positive are, and a circuit has no more modes than it can use.",
  ),
  page(
    "OPT0405",
    "unknown part",
    "The file has a key that no version knows. The file is refused: a reader that ignores a misspelt key takes the circuit for another one.",
  ),
  page(
    "OPT0406",
    "inconsistent aggregate",
    "The number of symbols of a word follows from its bits and the levels: ceil(bits / log2(levels)). Levels are 2, 4, 8 or 16 and no more than the word has values.",
  ),
  page(
    "OPT0407",
    "input ports do not cover the workers' symbols once each",
    "Every symbol of every worker enters by exactly one port, and a waveguide is fed by at most one port. Otherwise the circuit would ignore a worker, or count it twice.",
  ),
  page(
    "OPT0408",
    "output ports do not cover the workers' symbols once each",
    "Every worker receives every symbol of the result by exactly one receiver, and a waveguide ends in at most one receiver.",
  ),
  page(
    "OPT0409",
    "device outside its mesh",
    "Devices name modes of their mesh by position; an MZI needs its mode and the next one. Modes occur once in a mesh, and a mesh can only absorb light on its own modes.",
  ),
  page(
    "OPT0410",
    "devices of a mesh overlap",
    "Columns say which devices of a mesh can stand side by side. Along a waveguide the columns never go back, and two MZIs or attenuators on one waveguide stand in different columns.",
  ),
  page(
    "OPT0411",
    "two neurons on one waveguide",
    "The activations of a section act side by side after its meshes, so a mode has at most one of them.",
  ),
  page(
    "OPT0412",
    "dark waveguide",
    "A receiver or a neuron stands on a waveguide that no light can reach: no port feeds it and no device leads to it, or its light was absorbed.",
  ),
  page(
    "OPT0413",
    "certificate refers to nothing",
    "The certificate's cells name signals, and signals name sections and modes; all of them must exist, and a cell may only read sums of symbols and what earlier cells write.",
  ),
  page(
    "OPT0414",
    "more findings than are listed",
    "A file that is broken throughout would give thousands of findings; the first ones are listed.",
  ),
  page(
    "OPT0415",
    "name that a circuit cannot have",
    "Names of circuits, ports, sections, meshes, signals and cells become parts of file names, comments and reports. They have 1 to 128 characters that can be seen, no path separators, and nothing that a file system or a program takes for something else (`..`, a leading `.` or `-`, `C:`, `__proto__`).",
  ),
  page(
    "OPT0416",
    "a placement that does not fit the circuit",
    "The placement of a circuit lists its devices from left to right and its stretches of waveguide from top to bottom, each once, and no device before its light. What crosses follows from it, and is what the waveguides of the circuit have to say: layouts and pictures are drawn from the placement, losses are taken from the waveguides.",
  ),
  page(
    "OPT0430",
    "large for SPICE",
    "ngspice solves the whole circuit as one system of equations; its time and memory grow faster than the number of devices. The netlist is written all the same.",
  ),
  page(
    "OPT0431",
    "not in the file",
    "Formats for passive optics have no neurons, receivers and constant light. What is left out of the file is said here; the index beside the files of a whole circuit has it, and spice carries everything.",
  ),
  page("OPT0432", "unknown option of a format", "`optinc export --list` shows every option of every format."),
  page(
    "OPT0433",
    "unknown value of an option",
    "An option takes the values that `optinc export --list` shows; the first one is the default.",
  ),
  page(
    "OPT0434",
    "large for the format's tools",
    "The file is written, but the tools that read the format need long or much memory for it. Exporting a layer or a mesh at a time keeps files small.",
  ),
  page(
    "OPT0435",
    "no such part of the circuit",
    "A scope is `circuit`, `layer:2` (the second layer of the network), `layer:NAME` (a section) or `mesh:NAME`; where several meshes have one name, `mesh:LAYER/NAME`.",
  ),
  page(
    "OPT0436",
    "losses are not in the file",
    "The format has no place for what devices and waveguides lose, or we do not use it: the file is the same circuit with ideal devices, whose fields are larger. spice, sax, blackbird and touchstone carry losses.",
  ),
  page(
    "OPT0437",
    "function of the whole circuit",
    "A table, an ONNX model or a communication hook is the function from the workers' words to the words that they receive. A layer or a mesh has no words. A picture of the chip shows a placement, which is of the whole circuit too, and so is a proof.",
  ),
  page(
    "OPT0438",
    "too many rows for a table",
    "A table has a row for every distinct vector of symbol sums, or for every tuple of words. Their number grows with every worker and symbol: 28 561 for four 8-bit words, 815 million for four of 16 bits. There is none digit by digit: on a chip what is left of a digit passes to the next one as a field, which no row has. An ONNX model holds such functions without rows, and `optinc aggregate` sends gradients through the circuit itself.",
  ),
  page(
    "OPT0439",
    "chip that is more than sums",
    "Without phase errors a circuit sees nothing but the sums of the workers' symbols. On a chip with errors the light of the workers adds up unequally, so that words of the same sums can give different words; a table of sums has one of them. It was tried on random words how often that is.",
  ),
  page(
    "OPT0440",
    "a netlist that is not read back",
    "The readers take what `optinc export` writes, also with other numbers and connections. What they do not understand they refuse with the place, because a guess could verify the wrong circuit.",
  ),
  page(
    "OPT0441",
    "too large for one model",
    "An ONNX model of a circuit has a matrix between any two columns of neurons, which grows with the square of the ports. A file has at most 2 GiB, and composing takes as much memory; formats of devices grow with their number only.",
  ),
  page(
    "OPT0442",
    "words over time without what they need",
    "The options `words` and `delays` of the format spice are about the waveform of analysis=tran, which sends words through a whole circuit. How long light takes in each part is not in circuit.json: with `delays=on` a technology says it, that of the spec or of --technology, or the numbers are written in place of `on`.",
  ),
  page(
    "OPT0443",
    "phase errors of no chip, or two chips",
    "The option `phase-sigma` says how large the phase errors of a chip are, and `chip` is the seed that draws them. With `phase-sigma` alone the file would hold the circuit without errors; with `--measured` or `--chip-sample` beside it, one of two chips.",
  ),
  page(
    "OPT0444",
    "a whole chip of a part",
    "With `chip=whole` gdsfactory gets one layout of everything: light from port to port, neurons, carriers and metal. A layer or a mesh alone has no such layout; without the option it is written as placed meshes.",
  ),
  page(
    "OPT0445",
    "couplers that the format does not have",
    "A circuit that was compiled with `--measured` says of its MZIs what crosses each coupler, and its phases are right for these. In a format whose couplers all halve the power the same phases would be another circuit, which is why nothing is written. spice, sax and touchstone carry couplers; what is computed from the whole circuit (tables, models, phases) is right too.",
  ),
  page(
    "OPT0446",
    "a die that is not understood",
    "A file of a die lists what was measured of a fabricated chip, an entry an MZI by the name that bringup.json has for it. It is made for one circuit, whose name it says and all of whose names must exist; every key is known, every share of power between 0 and 1, no loss below 0 dB. What is not listed is as it was designed, so that a misspelt name or key would silently be left out: it is an error.",
  ),
  page(
    "OPT0447",
    "a network that is not made for one chip",
    "`compile --measured` solves each MZI of a constructed network anew with the couplers that were measured. Meshes of trained and imported networks are decomposed into MZIs that hang on one another, for couplers that halve the power.",
  ),
  page(
    "OPT0448",
    "a share of power out of reach",
    "Two couplers whose field angles are off by e1 and e2 from pi/4 make an MZI that keeps at least sin^2(e1 + e2) of the power in its lane and passes at least sin^2(e1 - e2) to the other, whatever theta. The circuit needs less than that of this MZI: on this chip it cannot be exact.",
  ),
  page(
    "OPT0449",
    "a die in a format of devices",
    "`--measured` and `--chip-sample` ask for what a fabricated chip makes of words, which a table, an ONNX model or a communication hook holds. Other formats print the devices of the circuit as designed; their tools have errors of their own.",
  ),
  page(
    "OPT0450",
    "a chip larger than an exposure",
    "A scanner exposes 26 mm by 33 mm of a wafer at once, and what is larger has to be stitched from several exposures, which most foundries do not do for waveguides. The layout of a whole chip goes from left to right and is as long as its neurons, its MZIs and the delay lines of what waits for them one behind the other. It is drawn all the same.",
  ),
];

function page(code: string, title: string, explanation: string): CircuitCodePage {
  return { code, title, explanation, wrong: "", right: "" };
}
