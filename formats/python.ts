/** The words of a Python literal without escapes, signs or comments; null if the text has anything else. */
export function pythonWords(text: string): readonly string[] | null {
  const word = /[ \t]*('[^'\\\n]*'|"[^"\\\n]*"|True\b|False\b|\d+\b|[{}()[\]:,])[ \t]*/y;
  const words: string[] = [];
  while (word.lastIndex < text.length) {
    const match = word.exec(text);
    if (match === null) return null;
    words.push(match[1]!);
  }
  return words;
}

const TUPLE = '{"tuple":[';
const spelling: Readonly<Record<string, string>> = { True: "true", False: "false", "(": TUPLE, ")": "]}" };

/** What the words of a literal say, as a value of JSON with tuples as {"tuple": []}; undefined if they are none. */
export function pythonValue(words: readonly string[]): unknown {
  const json: string[] = [];
  for (const word of words) {
    const isEnd = word === ")" || word === "]" || word === "}";
    if (word === ")" && json.at(-2) === TUPLE && json.at(-1) !== ",") {
      // (2) is a number, (2,) a tuple
      json.splice(-2, 1);
      continue;
    }
    if (isEnd && json.at(-1) === "," && !/[[{,]$/.test(json.at(-2) ?? "")) json.pop();
    json.push(/^['"]/.test(word) ? JSON.stringify(word.slice(1, -1)) : (spelling[word] ?? word));
  }
  try {
    return JSON.parse(json.join(" "));
  } catch {
    return undefined;
  }
}
