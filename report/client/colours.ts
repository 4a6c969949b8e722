import { themeColour } from "./dom.ts";

/** Colours of the drawing in the theme of the moment, as canvas takes them. */
export interface Palette {
  readonly dark: boolean;
  readonly ink: string;
  readonly faint: string;
  readonly ground: string;
  readonly focus: string;
  readonly kinds: Readonly<Record<string, string>>;
}

export function currentPalette(): Palette {
  const kinds = ["combine", "reference", "layer", "broadcast", "neuron", "waveguide"];
  return {
    dark: themeColour("--scheme") === "dark",
    ink: themeColour("--ink"),
    faint: themeColour("--faint"),
    ground: themeColour("--card"),
    focus: themeColour("--focus"),
    kinds: Object.fromEntries(kinds.map((kind) => [kind, themeColour(`--${kind}`)])),
  };
}

/** Fields below this share of the largest one are drawn as dark. */
const decades = 4;

/** 0 for no light to 1 for the largest field of the picture, logarithmic over four decades. */
export function strengthOf(size: number, largest: number): number {
  if (!(size > 0) || !(largest > 0)) return 0;
  return Math.min(1, Math.max(0, 1 + Math.log10(size / largest) / decades));
}

/** Colour wheel of the phase: 0 is amber, pi is blue, as bright as the theme bears. Red, green and blue, 0..255. */
export function phaseColour(re: number, im: number, dark: boolean): readonly [number, number, number] {
  const hue = (40 + (Math.atan2(im, re) * 180) / Math.PI + 360) % 360;
  return rgbOf(hue, dark ? 0.85 : 0.8, dark ? 0.62 : 0.42);
}

/** From 0 (dark blue, cross) to pi (yellow, bar). */
export function angleColour(rad: number, dark: boolean): readonly [number, number, number] {
  const share = (1 - Math.cos(rad)) / 2;
  return rgbOf(250 - 200 * share, 0.75, (dark ? 0.45 : 0.35) + 0.2 * share);
}

export function rgbOf(hue: number, saturation: number, lightness: number): readonly [number, number, number] {
  const part = (n: number): number => {
    const k = (n + hue / 30) % 12;
    const a = saturation * Math.min(lightness, 1 - lightness);
    return Math.round(255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}
