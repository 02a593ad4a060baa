import { hostArray } from '@manabi/core';
import { decodeElements, elementKinds } from '@manabi/data/internal';
import { FileError } from '@manabi/files';
import { dtypes } from '@manabi/ir';
import type { Message } from './protobuf.ts';
import { elementOf, type TensorElement } from './tensor-types.ts';
import { host, type Value } from './values.ts';

/** Node of a graph. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Inputs: `node`, `node:1` or, in functions, `node:output:1`; control inputs start with `^`. */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Message>;
}

/** Function that nodes of the graph call. */
export interface GraphFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** For each output, the value of a node: `node:output:0`. */
  readonly returns: ReadonlyMap<string, string>;
  /** Nodes that must run although no output depends on them. */
  readonly controls: readonly string[];
}

/** Input or output of a signature. */
export interface SignaturePort {
  /** Name of the value in the graph: `node:0`. */
  readonly value: string;
  readonly element: TensorElement;
  /** Lengths of the axes; null for an open length, and null instead of the list for an open rank. */
  readonly shape: readonly (number | null)[] | null;
}

/** Signature: a function of the model with named inputs and outputs. */
export interface GraphSignature {
  readonly inputs: ReadonlyMap<string, SignaturePort>;
  readonly outputs: ReadonlyMap<string, SignaturePort>;
}

/** Content of a `saved_model.pb`. */
export interface SavedGraph {
  readonly source: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly functions: ReadonlyMap<string, GraphFunction>;
  readonly signatures: ReadonlyMap<string, GraphSignature>;
  /** Input for the path of the checkpoint, and the operation that restores the variables; null without variables. */
  readonly restore: { readonly path: string; readonly operation: string } | null;
  /** Object graph of the model, from which Keras restores layers. */
  readonly objects: Message;
}

/** Number of elements from which a constant is not evaluated on the host. */
const MOST_HOST_ELEMENTS = 1024;
/** Largest number of elements of a constant that are not stored in the file. */
const MOST_REPEATED = 1 << 24;

/**
 * Decodes a `SavedModel` message. Of several graphs, that with the tag `serve` is used.
 *
 * @throws FileError `corrupt`
 */
export function readSavedGraph(model: Message, source: string): SavedGraph {
  const graphs = model.messages(2);
  const meta = graphs.find((graph) => graph.message(1).texts(4).includes('serve')) ?? graphs[0];
  if (meta === undefined) throw model.corrupt('it contains no graph');
  const graph = meta.message(2);
  const saver = meta.message(3);
  return {
    source,
    nodes: nodesOf(graph.messages(1)),
    functions: new Map(graph.message(2).messages(1).map(functionOf)),
    signatures: new Map([...meta.map(5)].map(([name, signature]) => [name, signatureOf(signature)])),
    restore: saver.has(3) ? { path: saver.text(1), operation: saver.text(3) } : null,
    objects: meta.message(7),
  };
}

function nodesOf(messages: readonly Message[]): ReadonlyMap<string, GraphNode> {
  return new Map(
    messages.map((node) => {
      const name = node.text(1);
      return [name, { name, op: node.text(2), inputs: node.texts(3), attributes: node.map(5) }];
    }),
  );
}

function functionOf(message: Message): [string, GraphFunction] {
  const signature = message.message(1);
  const names = (number: number): readonly string[] => signature.messages(number).map((argument) => argument.text(1));
  const returns = new Map(message.messages(4).map((entry) => [entry.text(1), entry.text(2)]));
  const controls = message.messages(6).map((entry) => entry.text(2));
  const name = signature.text(1);
  return [name, { name, inputs: names(2), outputs: names(3), nodes: nodesOf(message.messages(3)), returns, controls }];
}

function signatureOf(message: Message): GraphSignature {
  const ports = (number: number): ReadonlyMap<string, SignaturePort> =>
    new Map(
      [...message.map(number)].map(([name, info]) => [
        name,
        { value: info.text(1), element: elementOf(info.number(2)), shape: shapeOf(info.message(3)) },
      ]),
    );
  return { inputs: ports(1), outputs: ports(2) };
}

/** Returns a shape with null for open lengths; null for an open rank. */
export function shapeOf(message: Message): readonly (number | null)[] | null {
  if (message.integer(3) !== 0n) return null;
  return message.messages(2).map((dimension) => {
    const length = dimension.number(1);
    return length < 0 ? null : length;
  });
}

/** Fields of a `TensorProto` that contain its elements, if they are not in one block of bytes. */
const ELEMENT_FIELDS: Readonly<Record<string, readonly [number: number, read: 'integers' | 'floats' | 'doubles']>> = {
  float32: [5, 'floats'],
  float64: [6, 'doubles'],
  int32: [7, 'integers'],
  int16: [7, 'integers'],
  int8: [7, 'integers'],
  uint8: [7, 'integers'],
  uint16: [7, 'integers'],
  int64: [10, 'integers'],
  bool: [11, 'integers'],
  float16: [13, 'integers'],
  bfloat16: [13, 'integers'],
  uint32: [16, 'integers'],
  uint64: [17, 'integers'],
};

/**
 * Decodes a constant.
 *
 * @throws FileError `corrupt`, `tooLarge`; `unsupported` for other element types
 */
export function constantOf(message: Message, node: string, source: string): Value {
  const element = elementOf(message.number(1));
  if (element.name === 'string') return { kind: 'texts', texts: message.texts(8) };
  const lengths = shapeOf(message.message(2));
  const shape = (lengths ?? []).map((length) => length ?? 0);
  const count = shape.reduce((product, length) => product * length, 1);
  const { kind } = element;
  if (kind === null) {
    throw new FileError(
      'unsupported',
      `Constant '${node}' in ${source} has the unsupported element type ${element.name}.`,
      {
        data: { source, node, dtype: element.name },
      },
    );
  }
  const content = message.bytes(4);
  const { bytes: size, dtype } = elementKinds[kind];
  if (content.length > 0) {
    if (content.length !== count * size) throw message.corrupt(`constant '${node}' has the wrong size`);
    if (kind === 'int64' || kind === 'uint64') {
      const wide = new BigInt64Array(content.slice().buffer);
      if (count <= MOST_HOST_ELEMENTS) return host(element, shape, Array.from(wide, Number));
    }
    const data = decodeElements(kind, content, { source, array: node });
    if (count <= MOST_HOST_ELEMENTS) return host(element, shape, Array.from(data, Number));
    return { kind: 'array', array: hostArray(dtype, shape, data) };
  }
  const [field, read] = ELEMENT_FIELDS[element.name] ?? [0, 'integers'];
  const stored = message[read](field).map(Number);
  const isHalf = kind === 'float16' || kind === 'bfloat16';
  const half = isHalf
    ? decodeElements(kind, new Uint8Array(Uint16Array.from(stored).buffer), { source, array: node })
    : stored;
  const values = Array.from(half, Number);
  if (count > values.length && count > MOST_REPEATED) {
    throw new FileError(
      'tooLarge',
      `Refused to read ${source}: constant '${node}' has ${count} elements, which are not stored.`,
      {
        data: { source, node, count },
      },
    );
  }
  // Elements that are not stored equal the last one.
  const last = values[values.length - 1] ?? 0;
  const at = (i: number): number => (i < values.length ? values[i] : last);
  if (count <= MOST_HOST_ELEMENTS)
    return host(
      element,
      shape,
      Array.from({ length: count }, (_, i) => at(i)),
    );
  const data = dtypes[dtype].create(count);
  for (let i = 0; i < count; i++) data[i] = at(i);
  return { kind: 'array', array: hostArray(dtype, shape, data) };
}
