/** A changed netlist and what was done to it. */
export interface Mutant {
  readonly change: string;
  readonly text: string;
}

type Random = () => number;
type Json = unknown;
type Holder = Record<string, Json> | Json[];

function pick<T>(all: readonly T[], random: Random): T {
  return all[Math.floor(random() * all.length)]!;
}

/** A line, a character or the end of a text changed. */
export function textMutant(text: string, random: Random): Mutant {
  const lines = text.split("\n");
  const at = Math.floor(random() * lines.length);
  const other = Math.floor(random() * lines.length);
  const place = Math.floor(random() * text.length);
  const joined = (all: readonly string[]): string => all.join("\n");
  switch (Math.floor(random() * 9)) {
    case 0:
      return { change: "line dropped", text: joined(lines.filter((_, i) => i !== at)) };
    case 1:
      return { change: "line doubled", text: joined(lines.flatMap((line, i) => (i === at ? [line, line] : [line]))) };
    case 2:
      return { change: "line copied elsewhere", text: joined(lines.toSpliced(other, 0, lines[at]!)) };
    case 3:
      return { change: "lines swapped", text: joined(lines.with(at, lines[other]!).with(other, lines[at]!)) };
    case 4:
      return { change: "character dropped", text: text.slice(0, place) + text.slice(place + 1) };
    case 5:
      return {
        change: "character doubled",
        text: text.slice(0, place) + text.slice(place, place + 1) + text.slice(place),
      };
    case 6: {
      const by = pick([...'0123456789.,-eE|()[]{}"# \t\r\0_axin\u00a0\u2028'], random);
      return { change: "character changed", text: text.slice(0, place) + by + text.slice(place + 1) };
    }
    case 7:
      return { change: "cut", text: text.slice(0, place) };
    default: {
      const numbers = [...text.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g)];
      const { 0: old, index } = pick(numbers, random);
      const by = changedNumber(Number(old), random);
      return { change: "number changed", text: text.slice(0, index) + String(by) + text.slice(index + old.length) };
    }
  }
}

function changedNumber(old: number, random: Random): number {
  const all = [old + 1, old - 1, -old, 0, 1, 0.5, old + 0.01, 2 * old, 1e308, old + 2 * Math.PI, old + 2, random()];
  return pick(
    all.filter((it) => it !== old),
    random,
  );
}

interface Place {
  readonly holder: Holder;
  readonly key: string | number;
}

/** One place of a JSON value changed, dropped, doubled, rewired or added. */
export function jsonMutant(text: string, random: Random): Mutant {
  const root = JSON.parse(text) as Holder;
  const places: Place[] = [];
  const collect = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    const holder = value as Holder;
    for (const key of Object.keys(holder)) {
      places.push({ holder, key: Array.isArray(holder) ? Number(key) : key });
      collect(read({ holder, key }));
    }
  };
  collect(root);
  const place = pick(places, random);
  const old = read(place);
  const alike = places.filter((it) => typeof read(it) === typeof old);
  const other = pick(alike, random);
  const done = (change: string): Mutant => ({ change, text: JSON.stringify(root) });
  switch (Math.floor(random() * 9)) {
    case 0:
      if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1);
      else delete place.holder[place.key];
      return done("entry dropped");
    case 1:
      write(place, structuredClone(read(other)));
      return done("value of another entry");
    case 2: {
      const mine = structuredClone(old);
      write(place, structuredClone(read(other)));
      write(other, mine);
      return done("values swapped");
    }
    case 3:
      if (typeof old === "number") write(place, changedNumber(old, random));
      else write(place, pick<Json>([null, true, 0, 1.5, "", "x", "__proto__", "a,b", [], {}, [old]], random));
      return done(typeof old === "number" ? "number changed" : "value of another kind");
    case 4: {
      // an entry under the key of another: for connections and ports, another end
      const names = places.map((it) => it.key).filter((key) => typeof key === "string");
      const strings = places.map(read).filter((it): it is string => typeof it === "string");
      return renamed(root, place, pick([...names, ...strings], random)) ?? done("nothing");
    }
    case 5:
      if (Array.isArray(place.holder)) place.holder.splice(Number(other.key) || 0, 0, structuredClone(old));
      else place.holder[pick(["x", "placements", "__proto__x", "w99"], random)] = structuredClone(old);
      return done("entry added");
    case 6: {
      // a second entry of the same key, which JSON texts can have and values cannot
      if (Array.isArray(place.holder)) return done("nothing");
      const marker = "@@twice@@";
      place.holder[marker] = structuredClone(read(alike.find((it) => it.holder !== place.holder) ?? other));
      return {
        change: "key twice",
        text: JSON.stringify(root).replace(`"${marker}"`, JSON.stringify(String(place.key))),
      };
    }
    case 7:
      if (Array.isArray(place.holder)) place.holder.reverse();
      else reorder(place.holder, random);
      return done("order changed");
    default: {
      // a connection the other way around
      if (typeof old !== "string" || Array.isArray(place.holder)) return done("nothing");
      const { holder } = place;
      delete holder[place.key];
      holder[old] = String(place.key);
      return done("key and value exchanged");
    }
  }
}

function read({ holder, key }: Place): Json {
  return (holder as Record<string | number, Json>)[key];
}

function write({ holder, key }: Place, value: Json): void {
  (holder as Record<string | number, Json>)[key] = value;
}

function renamed(root: Holder, { holder, key }: Place, name: string): Mutant | null {
  if (Array.isArray(holder)) return null;
  const entries = Object.entries(holder);
  for (const [it] of entries) delete holder[it];
  for (const [it, value] of entries) holder[it === key ? name : it] = value;
  return { change: "key changed", text: JSON.stringify(root) };
}

function reorder(holder: Record<string, Json>, random: Random): void {
  const entries = Object.entries(holder);
  for (const [it] of entries) delete holder[it];
  while (entries.length > 0) {
    const [key, value] = entries.splice(Math.floor(random() * entries.length), 1)[0]!;
    holder[key] = value;
  }
}
