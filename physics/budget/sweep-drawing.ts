import { linePanel, picture, theme } from "../../formats/index.ts";
import { LIGHT_SPEED_M_S } from "../light/part-figures.ts";
import type { Sweep, SweepRange } from "./sweep.ts";

/** Of each axis: its title, and what one unit of it is. */
const axes: Readonly<Record<SweepRange["axis"], readonly [title: string, unit: number]>> = {
  laser: ["change of the laser's wavelength, nm", 1e-9],
  chip: ["change of the chip's temperature, K", 1],
  both: ["change of the chip's temperature, K; the laser follows", 1],
};

/** Share of wrong words over each change that makes some, and where all words are proved right. `title` is plain text. */
export function drawSweep(title: string, { ranges, vectors, wavelengthM }: Sweep): string {
  const ghzPerNm = (-1e-18 * LIGHT_SPEED_M_S) / wavelengthM ** 2;
  const drawn = ranges.filter(({ points }) => points.some(({ isProved }) => !isProved));
  if (drawn.length === 0) drawn.push({ ...ranges[0]!, points: [] });
  const panels = drawn.map(({ axis, trim, points }) => {
    const [name, unit] = axes[axis];
    const proved = points.filter(({ isProved }) => isProved);
    return linePanel({
      title: `Where ${title} is right, ${trim}`,
      x: { title: axis === "laser" ? `${name}; 1 nm is ${ghzPerNm.toFixed(1)} GHz` : name, scale: "linear" },
      y: { title: "wrong words", scale: "linear", include: [0, 1], format: (share) => `${Math.round(100 * share)} %` },
      lines: [
        { name: "wrong", points: points.map(({ size, wrong }) => ({ x: size / unit, y: wrong / vectors })), marks: 2 },
        { name: "proved", points: proved.map(({ size }) => ({ x: size / unit, y: 0 })), colour: theme.green, marks: 3 },
      ],
      height: 300,
    });
  });
  return picture(panels);
}
