import type { CodePage } from "../dsl/index.ts";

/** Pages of the explain table about technologies and what a circuit is worth in one. */
export const physicsCodes: readonly CodePage[] = [
  page(
    "OPT0801",
    "YAML that describes no technology",
    "A technology file is a mapping with the keys `technology` (its name), `description` and `quantities`; a quantity is a mapping with the keys value, unit, source and kind. docs/reference/technology.md lists the quantities and shows how to make a file of one's own.",
  ),
  page(
    "OPT0802",
    "unknown key in a technology",
    "Keys are spelt exactly as in docs/reference/technology.md; `optinc technology show foundry-si` prints one that has nearly all of them. A key that is not known would otherwise be a number that no answer uses.",
  ),
  page(
    "OPT0803",
    "part of a technology is missing",
    "Every quantity has a value, a unit, a source and a kind of source; a number without a source is not read. What was not measured, computed or said by a foundry has the kind `assumed`, and its source says why this value: answers that hang on it are marked.",
  ),
  page(
    "OPT0804",
    "wrong unit in a technology",
    "Each quantity is measured in units of one dimension: a propagation loss in dB/cm, dB/mm or dB/m, a power in W, mW, uW, nW or dBm. A plain number has the unit 1, a share 1 or %. Spelling and case count.",
  ),
  page(
    "OPT0805",
    "a value that no device has",
    "Each quantity has a range: a loss is not negative, a crosstalk and a relative intensity noise in dB not positive, an index at least 1. A value beyond it is a mistake of sign or unit.",
  ),
  page(
    "OPT0806",
    "not a number in a technology",
    "A value is one finite number; infinity and NaN are none, and a number in quotes or with its unit behind it is a text. What is not known is left out: figures that need it are then said not to be given.",
  ),
  page(
    "OPT0807",
    "unknown kind of source",
    "measured: somebody built it and published the number. foundry: a design kit's typical value or bound. simulated: a published simulation. assumed: nobody of them; the source then says why this value.",
  ),
  page(
    "OPT0808",
    "written twice in a technology",
    "A quantity, or a part of one, stands in the file twice. YAML parsers differ in which of the two holds, so neither is taken.",
  ),
  page(
    "OPT0820",
    "a requirement is missed",
    "The spec bounds a figure of the circuit with `require`, and the circuit under its technology and at its symbol rate does not keep the bound. The message says the value, the help what would mend it where that is known. The exit code is 3; `optinc budget` prints how the figure comes about.",
  ),
  page(
    "OPT0821",
    "a requirement whose figure cannot be computed",
    "The spec bounds a figure with `require`, and there is no such figure: the spec names no technology, the technology does not give a quantity that the figure needs, or the circuit is of a kind for which it is not computed. What is not known is not taken for good: the requirement fails with exit code 3.",
  ),
  page(
    "OPT0822",
    "neurons that the technology has not",
    "A circuit is computed for the curve of its neurons: `relu`, a rectifier, or `saturating`, which clips at both ends. A technology says under `neurons` which of them it has (one that says nothing has rectifiers), and a circuit of others has no budget, no yield and no place in it: one curve taken for another would be a circuit that computes something else.",
  ),
  page(
    "OPT0823",
    "a circuit without a bring-up",
    "`optinc bringup` sets the knobs of a fabricated chip step by step: couplers in front of a detector by its light, thresholds between the states that a comparator tells apart. For that it needs to know what each neuron decides (the certificate of a constructed circuit), a threshold that can be set (`neuron saturating` with `threshold electronic`), and lanes that meet in trees of couplers; meshes of trained networks are set by other methods.",
  ),
];

function page(code: string, title: string, explanation: string): CodePage {
  return { code, title, explanation, wrong: "", right: "" };
}
