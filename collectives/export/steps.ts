import { csvLine } from "../../formats/index.ts";
import type { Collective } from "../algorithms/halves.ts";
import type { PhasedSchedule, Transfer } from "../schedule/schedule.ts";

/** A schedule as data, for programs; streamed text, since a schedule may have a million transfers. */

const csvHead = "step,phase,op,src,dst,start,end,route,direction,first_wavelength,wavelengths,ways";

/** One line a transfer; steps count from 0, `end` is exclusive, nodes from `workers` on are switches. */
export function* scheduleCsv(schedule: PhasedSchedule): Generator<string> {
  yield csvLine(csvHead.split(","));
  let step = 0;
  for (const phase of schedule.phases) {
    for (let index = 0; index < phase.steps; index++, step++) {
      for (const { op, src, dst, range, route } of phase.at(index).transfers) {
        const arc = route?.kind === "arc" ? route : null;
        const ways = route?.kind === "path" ? route.ways.map((way) => way.join(" ")).join("; ") : null;
        const cells = [
          ...[step, phase.name, op, src, dst, range.start, range.end, route?.kind ?? "ports"],
          ...[arc?.direction, arc?.firstWavelength, arc?.wavelengths, ways],
        ];
        yield csvLine(cells);
      }
    }
  }
}

/** The same with the name and the sizes of the schedule. */
export function* scheduleJson(schedule: PhasedSchedule, collective: Collective = "all-reduce"): Generator<string> {
  const { name, workers, switches, length } = schedule;
  const head = { format: "optinc.schedule", version: 1, name, collective, workers, switches, length };
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "steps": [`;
  let first = true;
  for (const phase of schedule.phases) {
    for (let index = 0; index < phase.steps; index++) {
      const step = { phase: phase.name, streamed: phase.streamed, transfers: phase.at(index).transfers.map(plain) };
      yield `${first ? "" : ","}\n    ${JSON.stringify(step)}`;
      first = false;
    }
  }
  yield "\n  ]\n}\n";
}

/** In one order of keys, whatever made the transfer. */
function plain({ src, dst, op, range, route }: Transfer): Transfer {
  return { src, dst, op, range, route };
}
