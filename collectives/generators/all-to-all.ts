import type { Direction } from "../schedule/schedule.ts";

export interface RingArc {
  readonly src: number;
  readonly dst: number;
  readonly direction: Direction;
  readonly wavelength: number;
}

/** Wavelengths that `allToAll` lights for so many nodes: ceil(n^2 / 8), for odd n (n^2 - 1) / 8. */
export function allToAllWavelengths(nodes: number): number {
  return nodes % 2 === 0 ? Math.ceil(nodes ** 2 / 8) : (nodes ** 2 - 1) / 8;
}

/**
 * Routes and wavelengths for one simultaneous transfer between every ordered pair of `nodes`, which stand on a ring in
 * this order: ceil(n^2 / 8) wavelengths (for odd n (n^2 - 1) / 8), the least possible with shortest arcs.
 *
 * Two nodes x and y opposite each other are settled at a time, then the rest as a smaller ring. With A the nodes between
 * x and y going up and B those between y and x, one wavelength carries x -> a -> y -> b -> x once around, going up for
 * one pairing and mirrored going down. What is left over is x -> y, and for odd n one b with them.
 */
export function allToAll(nodes: readonly number[]): {
  readonly arcs: readonly RingArc[];
  readonly wavelengths: number;
} {
  const arcs: RingArc[] = [];
  const next = { up: 0, down: 0 };
  const around = (direction: Direction, ...stops: readonly number[]): void => {
    const wavelength = next[direction]++;
    for (let i = 0; i + 1 < stops.length; i++) {
      arcs.push({ src: stops[i]!, dst: stops[i + 1]!, direction, wavelength });
    }
  };
  let rest = nodes;
  while (rest.length > 1) {
    const half = Math.floor((rest.length - 2) / 2);
    const [x, y] = [rest[0]!, rest[half + 1]!];
    const a = rest.slice(1, half + 1);
    const b = rest.slice(half + 2);
    a.forEach((between, i) => {
      around("up", x, between, y, b[i]!, x);
      around("down", y, between, x, b[i]!, y);
    });
    const single = b[a.length];
    if (single !== undefined) {
      around("up", x, y, single, x);
      around("down", y, x, single, y);
    } else around(next.up <= next.down ? "up" : "down", x, y, x);
    rest = [...a, ...b];
  }
  return { arcs, wavelengths: Math.max(next.up, next.down) };
}
