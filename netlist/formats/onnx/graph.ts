import { bytesField, message, textField, varintField } from "../../../formats/index.ts";

/** Messages of ONNX (onnx.proto): the few that a graph of arithmetic needs. Numbers are the fields of the messages. */

/** Types of tensors. */
type ElementType = "double" | "int64";
const typeCodes = { double: 11, int64: 7 } as const satisfies Record<ElementType, number>;

/** Axes: a length, or the name of one that a batch may have at will. */
type TensorAxis = number | string;

/** NodeProto of the standard operators; `axes` and other whole numbers as attributes. */
function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>> = {},
): Uint8Array {
  const attribute = ([name, value]: readonly [string, number]): Uint8Array =>
    bytesField(5, message([textField(1, name), varintField(3, value), varintField(20, INT_ATTRIBUTE)]));
  return message([
    ...inputs.map((input) => textField(1, input)),
    textField(2, output),
    textField(3, output),
    textField(4, operator),
    ...Object.entries(attributes).map(attribute),
  ]);
}

const INT_ATTRIBUTE = 2;

/** TensorProto with raw data, little-endian. */
function tensor(name: string, shape: readonly number[], type: ElementType, values: ArrayLike<number>): Uint8Array {
  const raw = new Uint8Array(8 * values.length);
  const view = new DataView(raw.buffer);
  for (let i = 0; i < values.length; i++) {
    if (type === "double") view.setFloat64(8 * i, values[i]!, true);
    else view.setBigInt64(8 * i, BigInt(values[i]!), true);
  }
  return message([
    ...shape.map((side) => varintField(1, side)),
    varintField(2, typeCodes[type]),
    textField(8, name),
    bytesField(9, raw),
  ]);
}

/** ValueInfoProto of a tensor. */
export function value(name: string, type: ElementType, shape: readonly TensorAxis[], about: string): Uint8Array {
  const axes = shape.map((axis) => bytesField(1, typeof axis === "number" ? varintField(1, axis) : textField(2, axis)));
  const tensorType = message([varintField(1, typeCodes[type]), bytesField(2, message(axes))]);
  return message([textField(1, name), bytesField(2, bytesField(1, tensorType)), textField(3, about)]);
}

/** A graph in the making; every call hands back the name of the tensor that it makes. */
export interface GraphDraft {
  readonly nodes: Uint8Array[];
  readonly tensors: Uint8Array[];
  readonly add: (
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes?: Readonly<Record<string, number>>,
  ) => string;
  /** Constants; a list where no shape is given. */
  readonly doubles: (name: string, values: ArrayLike<number>, shape?: readonly number[]) => string;
  readonly integers: (name: string, values: ArrayLike<number>, shape?: readonly number[]) => string;
}

export function emptyDraft(): GraphDraft {
  const [nodes, tensors]: [Uint8Array[], Uint8Array[]] = [[], []];
  const keep =
    (type: ElementType): GraphDraft["doubles"] =>
    (name, values, shape = [values.length]) => {
      tensors.push(tensor(name, shape, type, values));
      return name;
    };
  return {
    nodes,
    tensors,
    add: (operator, inputs, output, attributes) => {
      nodes.push(node(operator, inputs, output, attributes));
      return output;
    },
    doubles: keep("double"),
    integers: keep("int64"),
  };
}

export interface OnnxGraph extends Pick<GraphDraft, "nodes" | "tensors"> {
  readonly name: string;
  readonly about: string;
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** ModelProto. */
export function model({ name, about, nodes, tensors, inputs, outputs }: OnnxGraph): Uint8Array {
  const graph = message([
    ...nodes.map((it) => bytesField(1, it)),
    textField(2, name),
    ...tensors.map((it) => bytesField(5, it)),
    textField(10, about),
    ...inputs.map((it) => bytesField(11, it)),
    ...outputs.map((it) => bytesField(12, it)),
  ]);
  return message([
    varintField(1, IR_VERSION),
    textField(2, "optinc"),
    bytesField(7, graph),
    bytesField(8, message([textField(1, ""), varintField(2, OPERATORS)])),
  ]);
}

/** The first operators with Relu, Min and Max of doubles are 14; 17 with its file version 8 is read by runtimes from 2022 on. */
const OPERATORS = 17;
const IR_VERSION = 8;
