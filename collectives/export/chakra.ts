import type { StepSequence } from "../schedule.ts";
import { operationsOf } from "./operations.ts";
import { bytesField, delimited, packedField, textField, varintField } from "./protobuf.ts";

/**
 * Chakra execution traces (MLCommons, et_def.proto): messages with their length before them, first GlobalMetadata, then one
 * Node for each operation; one file a rank, which ASTRA-sim reads as NAME.<rank>.et.
 */
const schemaVersion = "0.0.4";

/** Numbers of the schema. */
const node = { id: 1, name: 2, type: 3, dataDeps: 5, attribute: 10 } as const;
const attribute = { name: 1, int32: 7, int64: 9, bool: 27 } as const;
const nodeType = { send: 5, receive: 6, collective: 7 } as const;
const allReduce = 0;

/** One collective node: the simulator chooses the algorithm. The same file serves every rank. */
export function chakraCollective(name: string, bytes: number): Uint8Array {
  const message = [
    ...textField(node.name, name),
    ...varintField(node.type, nodeType.collective),
    ...bool("is_cpu_op", false),
    ...integer("comm_type", attribute.int64, allReduce),
    ...integer("comm_size", attribute.int64, bytes),
  ];
  return Uint8Array.from([...metadata(), ...delimited(message)]);
}

/**
 * The trace of each rank with every transfer of the schedule as a send and a receive node and their data dependencies.
 * Additions take no node: what they cost belongs to the simulator's system.
 *
 * @throws RangeError if the schedule has switches that reduce, since they are no ranks
 */
export function* chakraTraces(schedule: StepSequence, bytesPerElement: number): Generator<Uint8Array> {
  const lists = operationsOf(schedule);
  for (const [rank, operations] of lists.entries()) {
    const bytes = metadata();
    for (const { index, kind, peer, start, end, tag, step, after } of operations) {
      const sends = kind === "send";
      const [src, dst] = sends ? [rank, peer] : [peer, rank];
      const message = [
        ...(index === 0 ? [] : varintField(node.id, index)),
        ...textField(node.name, `step${step}_${kind}_${src}_${dst}`),
        ...varintField(node.type, sends ? nodeType.send : nodeType.receive),
        ...packedField(node.dataDeps, after),
        ...bool("is_cpu_op", false),
        ...integer("comm_size", attribute.int64, Math.ceil((end - start) * bytesPerElement)),
        ...integer("comm_src", attribute.int32, src),
        ...integer("comm_dst", attribute.int32, dst),
        ...integer("comm_tag", attribute.int32, tag),
      ];
      for (const byte of delimited(message)) bytes.push(byte);
    }
    yield Uint8Array.from(bytes);
  }
}

function metadata(): number[] {
  return delimited(textField(1, schemaVersion));
}

function integer(name: string, field: number, value: number): number[] {
  return bytesField(node.attribute, [...textField(attribute.name, name), ...varintField(field, value)]);
}

function bool(name: string, value: boolean): number[] {
  return bytesField(node.attribute, [
    ...textField(attribute.name, name),
    ...varintField(attribute.bool, value ? 1 : 0),
  ]);
}
