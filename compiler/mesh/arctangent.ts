/** Where an angle is measured from, up to a tangent: the tangent there, its angle, and what the angle's rounding leaves. */
const references = [
  [0.4375, 0, 0, 0],
  [0.6875, 0.5, 0.4636476090008061, 2.2698777452961687e-17],
  [1.1875, 1, 0.7853981633974483, 3.061616997868383e-17],
  [2.4375, 1.5, 0.982793723247329, 1.3903311031230998e-17],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1.5707963267948966, 6.123233995736766e-17],
] as const;

/**
 * atan(x) of x >= 0 in radians, to less than an ulp, by + - * / alone: circuits have the same bits on every machine, which Math.atan does not
 * promise. Formula and numbers are those of fdlibm (Sun Microsystems, s_atan.c).
 */
export function arctangent(x: number): number {
  const [, from, high, low] = references.find(([upTo]) => x < upTo) ?? references[4];
  const r = from === Number.POSITIVE_INFINITY ? -1 / x : (x - from) / (1 + from * x);
  const z = r * r;
  const w = z * z;
  let even = 0.049768779946159324 + w * 0.016285820115365782;
  even = 0.09090887133436507 + w * (0.06661073137387531 + w * even);
  even = 0.3333333333333293 + w * (0.14285714272503466 + w * even);
  let odd = -0.058335701337905735 + w * -0.036531572744216916;
  odd = -0.11111110405462356 + w * (-0.0769187620504483 + w * odd);
  odd = -0.19999999999876483 + w * odd;
  return high - (r * (z * even + w * odd) - low - r);
}
