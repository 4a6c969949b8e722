import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barPanel, escaped, linePanel, notePanel, type PlotBar, picture } from "../../formats/index.ts";

const hostile = `</text><script>alert("1")</script>&'`;
const positive = fc.double({ min: Number.MIN_VALUE, max: 1e300, noNaN: true });

/** Numbers of an attribute of the elements that a pattern begins. */
function numbersOf(svg: string, pattern: string, attribute: string): readonly number[] {
  const found = svg.matchAll(new RegExp(`${pattern}[^>]* ?${attribute}="([-\\d.e]+)"`, "g"));
  return [...found].map(([, text]) => Number(text));
}

describe("a plot of lines", () => {
  const plot = {
    title: "t",
    height: 300,
    x: { title: "x", scale: "linear" },
    y: { title: "y", scale: "log" },
  } as const;

  it("has finite places within its frame for whatever is drawn", () => {
    const points = fc.array(fc.record({ x: positive, y: positive }), { minLength: 1, maxLength: 5 });
    const scales = fc.constantFrom("linear", "log", "powers of two", "counts", "fitting");
    fc.assert(
      fc.property(points, scales, scales, (some, x, y) => {
        const lines = [{ name: "", points: some, marks: 2 }];
        const svg = picture([linePanel({ ...plot, x: { title: "x", scale: x }, y: { title: "y", scale: y }, lines })]);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        for (const cx of numbersOf(svg, "<circle", "cx")) expect(cx).toBeGreaterThanOrEqual(92);
        for (const cy of numbersOf(svg, "<circle", "cy")) expect(cy).toBeLessThanOrEqual(300 - 54);
      }),
      { numRuns: 500 },
    );
  });

  it("draws values that differ by rounding alone as one", () => {
    const points = [0.9, 0.9 + Number.EPSILON].map((y, x) => ({ x, y }));
    const y = { title: "y", scale: "linear" } as const;
    const svg = picture([linePanel({ ...plot, y, lines: [{ name: "", points, marks: 2 }] })]);
    const [a, b] = numbersOf(svg, "<circle", "cy");
    expect(a).toBe(b);
  });

  it("places a decade as far from the next on a logarithmic axis, and labels it", () => {
    const points = [1, 10, 100, 1000].map((y, x) => ({ x, y }));
    const svg = picture([linePanel({ ...plot, lines: [{ name: "", points, marks: 2 }] })]);
    const [a, b, c, d] = numbersOf(svg, "<circle", "cy");
    expect(a! - b!).toBeCloseTo(b! - c!, 1);
    expect(b! - c!).toBeCloseTo(c! - d!, 1);
    for (const tick of ["1", "10", "100", "1000"]) expect(svg).toContain(`class="y" text-anchor="end">${tick}</text>`);
  });

  it("draws spreads as bars from end to end, or as a band", () => {
    const points = [1, 2, 3].map((x) => ({ x, y: 5, spread: [4, 6] as const }));
    const linear = { ...plot, y: { title: "y", scale: "linear", include: [0, 10], room: 0 } } as const;
    const bars = picture([linePanel({ ...linear, lines: [{ name: "", points, spreads: "bars" }] })]);
    // The frame is 202 high: a tenth of it below and above the middle.
    expect(bars.match(/V124.8"/g)).toHaveLength(3);
    expect(bars).not.toContain('class="band"');
    expect(picture([linePanel({ ...linear, lines: [{ name: "", points }] })])).toContain('class="band"');
  });

  it("sets names apart where lines end together", () => {
    const lines = ["a", "b", "c"].map((name) => ({
      name,
      points: [
        { x: 0, y: 1 },
        { x: 1, y: 1 },
      ],
    }));
    const ys = numbersOf(picture([linePanel({ ...plot, lines })]), "<text", "y").slice(-3);
    expect([ys[1]! - ys[0]!, ys[2]! - ys[1]!]).toEqual([13, 13]);
  });
});

describe("bars", () => {
  const bar = (name: string, ...parts: number[]): PlotBar => ({ name, parts, note: "n" });

  it("are as long as their parts, in their order or ranked", () => {
    const bars = [bar("long", 3, 1), bar("short", 1, 1)];
    const svg = (isRanked: boolean): string =>
      picture([barPanel({ title: "t", axis: { title: "a" }, bars, isRanked })]);
    const [a, b, c, d] = numbersOf(svg(false), '<rect x="[\\d.]+" y="\\d+"', "width");
    expect([a! / c!, b! / d!]).toEqual([expect.closeTo(3, 2), expect.closeTo(1, 2)]);
    expect(svg(true).indexOf(">short<")).toBeLessThan(svg(true).indexOf(">long<"));
  });

  it("far beyond the others are cut only where bars are ranked, and say so", () => {
    const bars = [bar("a", 1), bar("b", 1), bar("c", 100)];
    expect(picture([barPanel({ title: "t", axis: { title: "a" }, bars, isRanked: true })])).toContain(">n, cut</text>");
    expect(picture([barPanel({ title: "t", axis: { title: "a" }, bars })])).not.toContain("cut");
  });

  it("are a title alone where there is none, and a line where one is wanted", () => {
    expect(picture([barPanel({ title: "t", axis: { title: "a" }, bars: [] })])).not.toMatch(/NaN|Infinity/);
    const wanted = picture([barPanel({ title: "t", axis: { title: "a" }, bars: [bar("a", 1)], wanted: 2 })]);
    expect(wanted).toContain('stroke-dasharray="3 3"');
  });
});

it("no text of a file becomes markup", () => {
  const point = { x: 1, y: 1, title: hostile };
  const plan = { title: hostile, scale: "linear", format: () => hostile } as const;
  const svg = picture([
    linePanel({
      title: hostile,
      note: hostile,
      height: 300,
      x: plan,
      y: plan,
      lines: [{ name: hostile, points: [point] }],
    }),
    barPanel({ title: hostile, axis: plan, legend: [hostile], bars: [{ name: hostile, parts: [1], note: hostile }] }),
    notePanel(hostile),
  ]);
  expect(svg).not.toContain("<script");
  expect(svg.split(escaped(hostile)).length - 1).toBeGreaterThan(12);
});

it("a note is broken into lines, and the picture is as high as they need", () => {
  const { parts, height } = notePanel("word ".repeat(100).trim());
  expect(parts.length).toBeGreaterThan(3);
  expect(height).toBeGreaterThan(13 * parts.length);
});
