/** Half-open range of UTF-16 offsets in one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A source text and the name it is reported under (a path as the user typed it, or `<stdin>`). */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export type Severity = "error" | "warning" | "note";

/** A place in the text; the primary one carries the arrow of the report. */
export interface Label {
  readonly span: Span;
  readonly text: string;
  readonly primary: boolean;
}

/** `text` takes the place of `span`: an empty span inserts, an empty text deletes. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A change of the text that does what the help of a diagnostic says. */
export interface Fix {
  /** As a person chooses it: what is done. */
  readonly title: string;
  /** In the order of the text, apart from each other. */
  readonly edits: readonly TextEdit[];
  /** Nothing else can be meant: `check --fix` makes the change without asking. */
  readonly safe: boolean;
}

/** What is wrong, where, and what to do about it. Lower case, no full stop, the fix only in `help`. */
export interface Diagnostic {
  /** `OPTnnnn`, a key of the explain table. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly labels: readonly Label[];
  readonly help: string | null;
  /** Left out where the text alone does not say what to write. */
  readonly fixes?: readonly Fix[];
}

/** The result of a check: a value as far as there is one, and everything found on the way. */
export interface Checked<T> {
  readonly value: T | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** No value, and why. */
export function refused(...diagnostics: readonly Diagnostic[]): Checked<never> {
  return { value: null, diagnostics };
}

/** The next stage, where the one before has a value; with what both found, in order. */
export function andThen<T, U>(before: Checked<T>, stage: (value: T) => Checked<U>): Checked<U> {
  if (before.value === null) return { value: null, diagnostics: before.diagnostics };
  const { value, diagnostics } = stage(before.value);
  return { value, diagnostics: [...before.diagnostics, ...diagnostics] };
}

/** The same with a stage that takes its time. */
export async function andThenAsync<T, U>(
  before: Checked<T>,
  stage: (value: T) => Promise<Checked<U>>,
): Promise<Checked<U>> {
  if (before.value === null) return { value: null, diagnostics: before.diagnostics };
  const after = await stage(before.value);
  return andThen(before, () => after);
}

/** What `optinc explain` says about a code: a clause, then sentences of at most 15 words. */
export interface CodePage {
  /** What is wrong: lower case, no full stop. */
  readonly what: string;
  /** Why it is refused. */
  readonly why: string;
  /** What to write or do instead. */
  readonly write: string;
  /** A spec with this mistake alone, where the code is about the text of a spec. */
  readonly wrong?: string;
  /** The spec as it should be. */
  readonly right?: string;
}

/** Pages by their codes, `OPTnnnn`. */
export type CodePages = Readonly<Record<string, CodePage>>;
