/** A word of the spec language that has another name now. It is read for one release, with a warning. */
export interface RenamedWord {
  /** The block that the word stands in, with its variant if it has one. */
  readonly block: string;
  /** The setting whose value was renamed, by its present name; null where the setting itself was. */
  readonly setting: string | null;
  readonly old: string;
  readonly now: string;
}

const setting = (block: string, old: string, now: string): RenamedWord => ({ block, setting: null, old, now });
const value = (block: string, of: string, old: string, now: string): RenamedWord => ({ block, setting: of, old, now });

/** Words of version 0.1 that the next release reads for the last time. */
export const renamedWords: readonly RenamedWord[] = [
  setting("network constructed", "rests", "residual"),
  setting("network constructed", "margin", "decision-margin"),
  value("network constructed", "residual", "amplified", "regenerated"),
  value("network constructed", "outputs", "amplified", "regenerated"),
  setting("vary", "margin", "decision-margin"),
  value("vary", "outputs", "amplified", "regenerated"),
  setting("study", "dies", "chips"),
  value("training", "runs", "dies", "chip-samples"),
];

/** A setting that the language has no longer, and what to do without it. */
export interface RemovedSetting {
  readonly block: string;
  readonly name: string;
  readonly help: string;
}

export const removedSettings: readonly RemovedSetting[] = [
  {
    block: "network trained",
    name: "structure",
    help: "remove it: one perceptron is trained, and `network constructed` is exact for words of any length",
  },
];

/** What is written as the value of a setting, with the present names. */
export function withPresentWords(written: string, block: string, setting: string): string {
  const words = renamedWords.filter((word) => word.block === block && word.setting === setting);
  return words.reduce((text, { old, now }) => text.replace(new RegExp(`(?<![\\w-])${old}(?![\\w-])`), now), written);
}
