/** What a link into a report points at: `#input=3,1,0,2&device=layer3%2Fleft0%2F2&sample=17`. */
export interface Anchor {
  /** Words of the workers. */
  readonly input: readonly number[] | null;
  /** Name of a part of the circuit, see `partsOf`. */
  readonly device: string | null;
  /** Number of a chip sample. */
  readonly sample: number | null;
}

/** What the workbench asks of the page that it frames, as the detail of an event `show`; what is left out stays. */
export interface Showing extends Partial<Anchor> {
  /** Names of devices, rows and clauses that are marked. */
  readonly linked?: readonly string[];
  /** Let the light run. */
  readonly light?: boolean;
}

/** Reads what stands behind `#`; what it does not know is left out. Whether words and names exist is for the page to see. */
export function parseAnchor(hash: string): Anchor {
  const fields = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0) fields.set(part.slice(0, at), decoded(part.slice(at + 1)));
  }
  const input = fields.get("input");
  const words =
    input?.split(",").map((word) => (/^[-+]?\d{1,12}$/.test(word.trim()) ? Number(word) : Number.NaN)) ?? null;
  const sample = fields.get("sample") ?? fields.get("die") ?? "";
  return {
    input: words === null || words.some(Number.isNaN) ? null : words,
    device: fields.get("device") ?? null,
    sample: /^\d{1,9}$/.test(sample) ? Number(sample) : null,
  };
}

/** The inverse, `#` included; empty where there is nothing to point at. */
export function anchorText({ input, device, sample }: Anchor): string {
  const fields = [
    ...(input === null ? [] : [`input=${input.join(",")}`]),
    ...(device === null ? [] : [`device=${encodeURIComponent(device)}`]),
    ...(sample === null ? [] : [`sample=${sample}`]),
  ];
  return fields.length === 0 ? "" : `#${fields.join("&")}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
