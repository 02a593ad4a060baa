import { kind, readArgument, text } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { decode } from '../proto/decode.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../proto/messages.ts';
import { DATA_TYPE_NAMES } from '../write/tensor.ts';

/** An input or output of an ONNX file. */
export interface OnnxPort {
  readonly name: string;
  /** Dtype by its NumPy name; null for values other than tensors. */
  readonly dtype: string | null;
  /**
   * Length of each axis: a number, or the name of a variable length, such as `batch`, or null for a variable length
   * without a name. Null if the whole shape is unknown.
   */
  readonly shape: readonly (number | string | null)[] | null;
}

/** A tensor stored in an ONNX file. */
export interface OnnxParameter {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Name of the data file that contains the elements; null if the model file contains them. */
  readonly location: string | null;
}

/** Contents of an ONNX file. */
export interface OnnxReport {
  readonly name: string;
  readonly producer: string;
  readonly irVersion: number;
  /** Versions of the operator sets by domain. The domain of ONNX's own operators is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Number of nodes by operator, most frequent first. Nodes in loop and branch bodies are counted. */
  readonly operators: Readonly<Record<string, number>>;
  readonly parameters: readonly OnnxParameter[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly docString: string;
}

const bytesKind = kind('a Uint8Array', (given): given is Uint8Array => given instanceof Uint8Array);

/**
 * Describes the contents of an ONNX file without running it.
 *
 * @param source name of the file for error messages
 * @throws FileError `corrupt` if the bytes are not an ONNX model
 * @example
 * ```ts
 * import { inspectOnnx } from '@manabi/onnx';
 * import { exportOnnx, layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3], activation: 'relu' })]);
 * const { inputs, operators } = inspectOnnx(await exportOnnx(model));
 * console.log(operators); // { Gemm: 1, Relu: 1 }
 * console.log(inputs[0].shape); // ['batch', 3]
 * ```
 */
export function inspectOnnx(bytes: Uint8Array, source = 'the data'): OnnxReport {
  readArgument('inspectOnnx', 'bytes', bytes, bytesKind);
  readArgument('inspectOnnx', 'source', source, text);
  const model = decode('ModelProto', bytes, source);
  const { graph } = model;
  if (graph === undefined || model.irVersion === undefined) {
    throw new FileError(
      'corrupt',
      `${source} is not an ONNX model: it has no ${graph === undefined ? 'graph' : 'IR version'}.`,
      {
        data: { source },
      },
    );
  }
  const stored = new Set((graph.initializer ?? []).map(({ name }) => name));
  return {
    name: graph.name ?? '',
    producer: [model.producerName, model.producerVersion].filter((part) => part !== undefined && part !== '').join(' '),
    irVersion: Number(model.irVersion),
    opsets: opsetsOf(model),
    // In files of old versions, the list of inputs contains the parameters.
    inputs: (graph.input ?? []).filter(({ name }) => !stored.has(name)).map(portOf),
    outputs: (graph.output ?? []).map(portOf),
    operators: operatorCounts(graph),
    parameters: (graph.initializer ?? []).map(parameterOf),
    metadata: Object.fromEntries((model.metadataProps ?? []).map(({ key = '', value = '' }) => [key, value])),
    docString: model.docString ?? graph.docString ?? '',
  };
}

function opsetsOf({ opsetImport = [] }: ModelProto): Record<string, number> {
  const nameOf = (domain: string | undefined): string => (domain === undefined || domain === '' ? 'ai.onnx' : domain);
  return Object.fromEntries(opsetImport.map(({ domain, version = 0n }) => [nameOf(domain), Number(version)]));
}

function portOf({ name = '', type }: ValueInfoProto): OnnxPort {
  const tensor = type?.tensorType;
  if (tensor === undefined) return { name, dtype: null, shape: null };
  const shape = tensor.shape?.dim?.map(({ dimValue, dimParam }) =>
    dimValue === undefined ? (dimParam ?? null) : Number(dimValue),
  );
  return { name, dtype: dtypeName(tensor.elemType), shape: tensor.shape === undefined ? null : (shape ?? []) };
}

function parameterOf(tensor: TensorProto): OnnxParameter {
  const shape = (tensor.dims ?? []).map(Number);
  const entries = new Map((tensor.externalData ?? []).map(({ key, value }) => [key, value]));
  const length = entries.get('length');
  return {
    name: tensor.name ?? '',
    dtype: dtypeName(tensor.dataType),
    shape,
    bytes: length === undefined ? bytesOf(tensor) : Number(length),
    location: entries.get('location') ?? null,
  };
}

/** Returns the number of bytes that the elements of a tensor occupy. */
function bytesOf(tensor: TensorProto): number {
  const { rawData, floatData = [], int32Data = [], int64Data = [], doubleData = [], uint64Data = [] } = tensor;
  const strings = (tensor.stringData ?? []).reduce((sum, { length }) => sum + length, 0);
  const narrow = floatData.length + int32Data.length;
  const wide = int64Data.length + doubleData.length + uint64Data.length;
  return (rawData?.length ?? 0) + 4 * narrow + 8 * wide + strings;
}

function dtypeName(dataType = 0): string {
  return DATA_TYPE_NAMES[dataType] ?? `type ${dataType}`;
}

function operatorCounts(graph: GraphProto): Record<string, number> {
  const counts = new Map<string, number>();
  const count = ({ opType = '', domain = '', attribute = [] }: NodeProto): void => {
    const name = domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const { g, graphs = [] } of attribute) {
      for (const body of g === undefined ? graphs : [g, ...graphs]) for (const node of body.node ?? []) count(node);
    }
  };
  for (const node of graph.node ?? []) count(node);
  return Object.fromEntries([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
