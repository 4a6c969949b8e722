import type { Input } from "./case.ts";

type Content = string | Uint8Array;

/** Makes an input smaller while `fails` says that it still does; stops after `budgetMs`. */
export async function minimise(
  input: Input,
  fails: (smaller: Input) => Promise<boolean>,
  budgetMs: number,
): Promise<Input> {
  const end = performance.now() + budgetMs;
  let best = input;
  const attempt = async (smaller: Input): Promise<boolean> => {
    if (performance.now() > end || !(await fails(smaller))) return false;
    best = smaller;
    return true;
  };
  for (const name of Object.keys(input.files)) {
    const { [name]: _dropped, ...rest } = best.files;
    await attempt({ ...best, files: rest });
  }
  for (const name of Object.keys(best.files)) {
    const put = (content: Content): Promise<boolean> => attempt({ ...best, files: { ...best.files, [name]: content } });
    const content = best.files[name]!;
    if (typeof content === "string" && isJson(content))
      await shrinkJson(JSON.parse(content), (value) => put(JSON.stringify(value)));
    else if (typeof content === "string") {
      await shrinkList(content.split("\n"), (lines) => put(lines.join("\n")));
      await shrinkList([...(best.files[name] as string)], (signs) => put(signs.join("")));
    } else await shrinkList([...content], (bytes) => put(Uint8Array.from(bytes)));
  }
  await shrinkList([...best.args], (args) => attempt({ ...best, args }));
  return best;
}

function isJson(text: string): boolean {
  try {
    // Only what survives being written again can be cut as a tree.
    return JSON.stringify(JSON.parse(text)).length > 0 && !/\b\d+e[+-]?\d{3,}\b/i.test(text) && !/-0\b/.test(text);
  } catch {
    return false;
  }
}

/** Leaves out halves, quarters, ... single entries. */
async function shrinkList<T>(list: readonly T[], put: (shorter: readonly T[]) => Promise<boolean>): Promise<void> {
  let now = list;
  for (let size = Math.ceil(now.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < now.length; ) {
      const shorter = [...now.slice(0, at), ...now.slice(at + size)];
      if (await put(shorter)) now = shorter;
      else at += size;
    }
  }
}

/** Leaves out entries and keys, the large ones first. */
async function shrinkJson(root: unknown, put: (value: unknown) => Promise<boolean>): Promise<void> {
  const visit = async (value: unknown): Promise<void> => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) {
        const [entry] = value.splice(i, 1) as unknown[];
        if (!(await put(root))) value.splice(i, 0, entry);
      }
    } else {
      const record = value as Record<string, unknown>;
      for (const key of Object.keys(record)) {
        const entry = record[key];
        delete record[key];
        if (!(await put(root))) record[key] = entry;
      }
    }
    for (const inner of Object.values(value)) await visit(inner);
  };
  await visit(root);
}
