import { createHash } from "node:crypto";

/**
 * Plain data with Float64Arrays as bytes that notice damage: a line with format and hash, a line of JSON in which
 * {"$f64": [first, count]} stands for an array, then all arrays, little-endian. Numbers come back bit for bit.
 */
export function pack(value: unknown): Uint8Array {
  const arrays: Float64Array[] = [];
  let numbers = 0;
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (item instanceof Float64Array) {
      const place = [numbers, item.length];
      arrays.push(item);
      numbers += item.length;
      return { $f64: place };
    }
    // JSON has no NaN and no infinities
    return typeof item === "number" && !Number.isFinite(item) ? { $number: String(item) } : item;
  });
  const head = Buffer.from(`${text}\n`);
  const body = Buffer.alloc(head.length + 8 * numbers);
  head.copy(body);
  let at = head.length;
  for (const array of arrays) {
    for (const x of array) at = body.writeDoubleLE(x, at);
  }
  return seal(body);
}

/** What `pack` made; null when the bytes are not that, or not whole. */
export function unpack(bytes: Uint8Array): unknown {
  const body = unseal(bytes);
  if (body === null) return null;
  const end = body.indexOf(0x0a);
  const numbers = body.subarray(end + 1);
  return JSON.parse(body.toString("utf8", 0, end), (_key, item: unknown) => {
    if (typeof item !== "object" || item === null) return item;
    if ("$number" in item) return Number(item.$number);
    if (!("$f64" in item)) return item;
    const [first, count] = item.$f64 as [number, number];
    return Float64Array.from({ length: count }, (_, i) => numbers.readDoubleLE(8 * (first + i)));
  });
}

const magic = "optinc-sealed 1 ";

/** Bytes behind a line with their hash. */
export function seal(body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${magic}${sha256(body)}\n`), body]);
}

/** The bytes of `seal`; null when anything in them changed. */
export function unseal(bytes: Uint8Array): Buffer | null {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = magic.length + 65;
  if (all.length < start) return null;
  const body = all.subarray(start);
  return all.toString("latin1", 0, start) === `${magic}${sha256(body)}\n` ? body : null;
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
