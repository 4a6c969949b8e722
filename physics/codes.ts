import type { CodePages } from "../dsl/index.ts";

/** Pages of `optinc explain` about technologies and the figures of a circuit. */
export const physicsCodes: CodePages = {
  OPT0801: {
    what: "the YAML does not describe a technology",
    why: "A technology has the keys `technology`, `description` and `quantities`. A quantity has value, unit, source and kind.",
    write: "Start from `optinc technology show foundry-si`. docs/reference/technology.md lists the quantities.",
  },
  OPT0802: {
    what: "a technology has no such key",
    why: "A misspelt key would be a number that no figure uses.",
    write: "Use the spelling of docs/reference/technology.md.",
  },
  OPT0803: {
    what: "a part of the technology is missing",
    why: "Every quantity has a value, a unit, a source and a kind of source. Figures that depend on assumed values are marked.",
    write: "Add the part. A guess has the kind `assumed`, and its source gives the reason.",
  },
  OPT0804: {
    what: "the unit does not fit the quantity",
    why: "Each quantity has one dimension: propagation loss is in dB/cm, a power in W, mW, uW, nW or dBm. Case counts.",
    write: "Use a unit that the help lists, and 1 for a plain number.",
  },
  OPT0805: {
    what: "no device has this value",
    why: "Each quantity has a range. A value outside it has a wrong sign or unit.",
    write: "Use a value in the range that the help gives.",
  },
  OPT0806: {
    what: "the value is not a number",
    why: "A value is one finite number. A number in quotes, or with its unit, is a text.",
    write: "Write a plain number. Leave unknown quantities out.",
  },
  OPT0807: {
    what: "there is no such kind of source",
    why: "The kind says how far to trust a value. Foundry values come from a design kit, measured and simulated ones from publications.",
    write: "Use measured, foundry, simulated or assumed.",
  },
  OPT0808: {
    what: "the quantity is written twice",
    why: "YAML parsers differ in which of the two counts.",
    write: "Keep one of them.",
  },
  OPT0809: {
    what: "two rules of a technology contradict each other",
    why: "A chip cannot keep both. Lanes would touch, crossings overlap, or an MZI would not fit the reticle.",
    write: "Give the larger pitch, radius or reticle, or the shorter part.",
  },
  OPT0820: {
    what: "the circuit misses a requirement",
    why: "A figure breaks a bound of `require` at the spec's technology and symbol rate. The exit code is 3.",
    write: "Follow the help where it names a remedy. `optinc budget` shows how the figure arises.",
  },
  OPT0821: {
    what: "the required figure cannot be computed",
    why: "The spec names no technology, or the technology lacks a quantity. An unknown figure fails with exit code 3. Where the compiler chooses the network, it refuses with 1.",
    write: "Add what the help names, or remove the requirement.",
  },
  OPT0822: {
    what: "the technology does not have these neurons",
    why: "A neuron is `relu` (a rectifier) or `saturating` (clips at both ends). Another curve would compute another function.",
    write: "Choose a technology with these neurons, or compile with its neurons.",
  },
  OPT0823: {
    what: "optinc has no bring-up for this circuit",
    why: "A bring-up needs a certificate, electronic thresholds and lanes that meet in trees of couplers. Meshes of trained networks need other methods.",
    write: "Use `network constructed` with `neuron saturating` and `threshold electronic`.",
  },
  OPT0826: {
    what: "the chip has no such fault",
    why: "`--fault` names a fault and its part: `heater-open:` and the heater as the steps name it, `worker-dark:w0`.",
    write: "Take a name that `optinc faults --csv` writes.",
  },
  OPT0827: {
    what: "the technology lacks a quantity that the command needs",
    why: "An offset in wavelength needs the wavelength at which the phases were set. optinc takes no value that nobody wrote.",
    write: "Use a technology that gives the quantity, or add it with its source.",
  },
  OPT0828: {
    what: "the chip has wrong words before any part fails or drifts",
    why: "A fault or a drift is seen on a chip that its bring-up made right. Errors of this size leave this chip wrong.",
    write: "Take another `--chip-sample`, or smaller errors with `--phase` and `--splitter`.",
  },
  OPT0829: {
    what: "pilots leave no time for words",
    why: "In each round the heaters of the oscillators settle four times, and pilots are read. No words are sent then.",
    write: "Take a lower `--rate`.",
  },
};
