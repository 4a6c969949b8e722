import { expect, it } from "vitest";
import { type Arrival, CONSTANT, newClocks } from "../../netlist/index.ts";

const later = ({ clock, atS }: Arrival, byS: number): Arrival => ({ clock, atS: atS + byS });

it("lets nobody wait where clocks are independent, and the earlier one where they are not", () => {
  const clocks = newClocks();
  const [a, b] = [clocks.fresh(), clocks.fresh()];
  const first = clocks.meet([later(a, 5), later(b, 2)]);
  expect(first.waitsS).toEqual([0, 0]);
  const [slow, fast] = [later(first.arrival, 3), later(first.arrival, 1)];
  const second = clocks.meet([slow, CONSTANT, fast]);
  expect(second.waitsS).toEqual([0, 0, 2]);
  // b is launched 3 after a
  expect(clocks.settled(b).atS - clocks.settled(a).atS).toBe(3);
  expect(clocks.settled(second.arrival).atS - clocks.settled(a).atS).toBe(8);
});

it("is never needed for constant light alone", () => {
  expect(newClocks().meet([CONSTANT, CONSTANT])).toEqual({ arrival: CONSTANT, waitsS: [0, 0] });
});

it("keeps long chains of meetings apart and together in time", () => {
  const clocks = newClocks();
  let arrival = clocks.fresh();
  const ports: Arrival[] = [];
  for (let i = 0; i < 1e5; i++) {
    const port = clocks.fresh();
    ports.push(port);
    arrival = later(clocks.meet([port, arrival]).arrival, 1);
  }
  const start = clocks.settled(ports[0]!).atS;
  ports.forEach((port, i) => {
    if (clocks.settled(port).atS - start !== i) throw new Error(`port ${i} starts at ${clocks.settled(port).atS}`);
  });
});
