import { bytesField, delimited, message, packedField, textField, varintField } from "../../formats/index.ts";
import type { Collective } from "../algorithms/halves.ts";
import type { StepSequence } from "../schedule/schedule.ts";
import { arcLength } from "../timing/wavelengths.ts";
import { type Operation, operationsOf } from "./operations.ts";

/**
 * Chakra execution traces (MLCommons, et_def.proto): messages with their length before them, first GlobalMetadata, then one
 * Node for each operation; one file a rank, which ASTRA-sim reads as NAME.<rank>.et.
 */
const schemaVersion = "0.0.4";

/** Numbers of the schema. */
const node = { id: 1, name: 2, type: 3, dataDeps: 5, attribute: 10 } as const;
const attribute = { name: 1, int32: 7, int64: 9, bool: 27, string: 29 } as const;
const nodeType = { compute: 4, send: 5, receive: 6, collective: 7 } as const;
const collectiveType = { "all-reduce": 0, "all-gather": 2, "reduce-scatter": 7 } as const;

/** One collective node: the simulator chooses the algorithm. The same file serves every rank. */
export function chakraCollective(name: string, bytes: number, collective: Collective = "all-reduce"): Uint8Array {
  const fields = [
    textField(node.name, name),
    varintField(node.type, nodeType.collective),
    bool("is_cpu_op", false),
    integer("comm_type", attribute.int64, collectiveType[collective]),
    integer("comm_size", attribute.int64, bytes),
  ];
  return message([metadata(), delimited(message(fields))]);
}

/** What the network of a schedule says of its transfers. */
export interface ChakraNetwork {
  /** Of an element on the wire. */
  readonly bytesPerElement: number;
  /** Set-up of circuits that each step waits for, in seconds, by the number of the step; none where there are no circuits. */
  readonly setupS: readonly number[];
}

/** Ranks of the traces of a schedule: its workers, then the switches that reduce, which send and receive as workers do. */
export function chakraRanks(schedule: StepSequence): number {
  let most = schedule.workers;
  for (const { transfers } of schedule.steps) {
    for (const { src, dst } of transfers) most = Math.max(most, src + 1, dst + 1);
  }
  return most;
}

/**
 * The trace of each rank: a send for every transfer out, and for every transfer in a receive and what is done with it. A
 * receive fills a buffer of its own, and waits only until the transfer before from the same rank is out of it; a
 * compute node adds it to the rank's buffer, or copies it there, when the sends that still had to read this are over. So
 * sends may be rendezvous: none waits for a receive that waits for it, in any step.
 */
export function* chakraTraces(schedule: StepSequence, network: ChakraNetwork): Generator<Uint8Array> {
  const ranks = chakraRanks(schedule);
  for (const [rank, operations] of operationsOf(schedule, ranks).entries()) {
    const messages = [metadata()];
    const write = (
      id: number,
      name: string,
      type: number,
      after: readonly number[],
      more: readonly Uint8Array[],
    ): void => {
      const fields = [
        ...(id === 0 ? [] : [varintField(node.id, id)]),
        textField(node.name, name),
        varintField(node.type, type),
        ...(after.length === 0 ? [] : [packedField(node.dataDeps, after)]),
        bool("is_cpu_op", false),
        ...more,
      ];
      messages.push(delimited(message(fields)));
    };
    let next = 0;
    /** Node after which an operation is over. */
    const over: number[] = [];
    const emptied = new Map<number, number>();
    for (const operation of operations) {
      const { kind, peer, start, end, tag, step, after } = operation;
      const waits = after.map((index) => over[index]!);
      const [src, dst] = kind === "send" ? [rank, peer] : [peer, rank];
      const size = Math.ceil((end - start) * network.bytesPerElement);
      const transfer = [
        integer("comm_size", attribute.int64, size),
        integer("comm_src", attribute.int32, src),
        integer("comm_dst", attribute.int32, dst),
        integer("comm_tag", attribute.int32, tag),
        integer("schedule_step", attribute.int32, step),
        ...networkAttributes(schedule, operation, src, dst, network.setupS[step] ?? 0),
      ];
      if (kind === "send") {
        write(next, `step${step}_send_${src}_${dst}`, nodeType.send, waits, transfer);
        over.push(next++);
        continue;
      }
      const before = emptied.get(peer);
      const received = next++;
      write(
        received,
        `step${step}_receive_${src}_${dst}`,
        nodeType.receive,
        before === undefined ? [] : [before],
        transfer,
      );
      const adds = kind === "receive-reduce";
      const done = next++;
      write(
        done,
        `step${step}_${adds ? "add" : "copy"}_${src}_${dst}`,
        nodeType.compute,
        [...waits, received].sort((a, b) => a - b),
        [
          integer("num_ops", attribute.int64, adds ? end - start : 0),
          integer("tensor_size", attribute.int64, size),
          integer("schedule_step", attribute.int32, step),
        ],
      );
      emptied.set(peer, done);
      over.push(done);
    }
    yield message(messages);
  }
}

/** What the transfer passes: hops, of light its wavelengths and direction, and the set-up that its step waits for. */
function networkAttributes(
  { workers }: StepSequence,
  { route }: Operation,
  src: number,
  dst: number,
  setupS: number,
): Uint8Array[] {
  const setup = setupS > 0 ? [integer("setup_ns", attribute.int64, Math.round(setupS * 1e9))] : [];
  if (route === null) return [integer("hops", attribute.int32, 1), ...setup];
  switch (route.kind) {
    case "arc":
      return [
        integer("hops", attribute.int32, arcLength({ src, dst }, route, workers)),
        integer("wavelength_first", attribute.int32, route.firstWavelength),
        integer("wavelengths", attribute.int32, route.wavelengths),
        word("ring_direction", route.direction),
        ...setup,
      ];
    case "path":
      return [
        integer("hops", attribute.int32, 1 + Math.max(...route.ways.map((way) => way.length))),
        word("switches", route.ways.map((way) => way.join(" ")).join(", ")),
        ...setup,
      ];
  }
}

function metadata(): Uint8Array {
  return delimited(textField(1, schemaVersion));
}

function integer(name: string, field: number, value: number): Uint8Array {
  return namedAttribute(name, varintField(field, value));
}

function bool(name: string, value: boolean): Uint8Array {
  return namedAttribute(name, varintField(attribute.bool, value ? 1 : 0));
}

function word(name: string, value: string): Uint8Array {
  return namedAttribute(name, textField(attribute.string, value));
}

function namedAttribute(name: string, value: Uint8Array): Uint8Array {
  return bytesField(node.attribute, message([textField(attribute.name, name), value]));
}
