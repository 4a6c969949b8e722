import { type AxisValue, baseUnit, gridSize, type Study, type StudyAxis } from "../../dsl/index.ts";
import { seededRandom } from "../../netlist/index.ts";

/** Draws for every trial that is wanted: as good as all points of a grid are found that has hardly more. */
const attempts = 200;

/** Points of a study, a value for every axis: the grid, last axis fastest, or distinct points drawn from the seed. Every shard numbers them alike. */
export function studyPoints(study: Study): readonly (readonly AxisValue[])[] {
  const { axes, trials, seed } = study;
  if (trials === null || gridSize(axes) <= trials) return gridOf(axes);
  const random = seededRandom(seed);
  const found = new Map<string, readonly AxisValue[]>();
  for (let i = 0; found.size < trials && i < attempts * trials; i++) {
    const point = axes.map((axis) => drawn(axis, random()));
    const key = JSON.stringify(point.map(({ value }) => value));
    if (!found.has(key)) found.set(key, point);
  }
  return [...found.values()];
}

function gridOf(axes: readonly StudyAxis[]): readonly (readonly AxisValue[])[] {
  let points: (readonly AxisValue[])[] = [[]];
  for (const { values } of axes) {
    if (values.kind === "range") throw new RangeError("a range without a step has no grid");
    points = points.flatMap((point) => values.values.map((value) => [...point, value]));
  }
  return points;
}

/** `at` in 0..1, drawn evenly; six digits of a range, which are written and read again as they are. */
function drawn({ values, row }: StudyAxis, at: number): AxisValue {
  if (values.kind === "values") return values.values[Math.floor(at * values.values.length)]!;
  const value = Number((values.low + at * (values.high - values.low)).toPrecision(6));
  const unit =
    row.shape.kind === "number" && row.shape.dimension !== null ? baseUnit(row.shape.dimension, value) : null;
  return { value, written: unit === null ? `${value}` : `${value} ${unit}` };
}
