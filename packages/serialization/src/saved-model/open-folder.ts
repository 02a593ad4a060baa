import { fromHost, type HostArray, hostArray, jit, ManabiError, type Tensor } from '@manabi/core';
import { elementKinds } from '@manabi/data/internal';
import { type KindsOf, optional, readOptions, text } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import { FileError } from '@manabi/files';
import { dtypes } from '@manabi/ir';
import { type NamedTensors, toHostArrays } from '../elements/host-arrays.ts';
import { Evaluator, type Variables } from './evaluate.ts';
import { type Folder, readFile } from './folder.ts';
import { type GraphSignature, readSavedGraph, type SavedGraph, type SignaturePort } from './graph.ts';
import { Message } from './protobuf.ts';
import { openBundle, type TensorBundle } from './tensor-bundle.ts';
import { tensorValue, toTensor } from './values.ts';

/** Input or output of a signature of a SavedModel. */
export interface SavedModelPort {
  /** Element type in TensorFlow: `float32`, `int64`, … */
  readonly dtype: string;
  /** Lengths of the axes, null for an open length; null instead of the list for an open rank. */
  readonly shape: readonly (number | null)[] | null;
}

/** Signature of a SavedModel: a function with named inputs and outputs. */
export interface SavedModelSignature {
  readonly inputs: Readonly<Record<string, SavedModelPort>>;
  readonly outputs: Readonly<Record<string, SavedModelPort>>;
}

/** Open SavedModel. */
export interface SavedModel {
  /** Name of the folder for messages. */
  readonly name: string;
  /** Signatures by name; most models have one with the name `serving_default`. */
  readonly signatures: Readonly<Record<string, SavedModelSignature>>;
  /**
   * Computes the outputs of a signature. Elements of type int64 are computed as int32, and those of type float16 and bfloat16 as
   * float32.
   *
   * @param inputs tensors or host arrays by the names of the signature's inputs
   * @param options `signature`: name of the signature (default `serving_default`)
   * @throws ManabiError `argument` for unknown signatures and inputs, `shape` and `dtype` for inputs that do not fit
   * @throws FileError `unsupported` for operations that manabi lacks, with the node; `corrupt`; `tooLarge`
   */
  run(inputs: NamedTensors, options?: SavedModelRunOptions): Promise<Record<string, Tensor>>;
}

/** Options of `run` of a SavedModel. */
export interface SavedModelRunOptions {
  /** Name of the signature (default `serving_default`). */
  readonly signature?: string;
}

const runKinds = { signature: optional(text, 'serving_default') } satisfies KindsOf<SavedModelRunOptions>;

/**
 * Implements `openSavedModel`.
 *
 * @throws FileError `corrupt`, `notFound`, `unsupported`, `tooLarge`
 */
export async function openFolder(folder: Folder): Promise<SavedModel> {
  const graph = await readGraph(folder);
  const signatures = new Map([...graph.signatures].filter(([name]) => name !== '__saved_model_init_op'));
  const stored = restoredVariables(graph);
  let variables: Promise<Map<string, Tensor>> | null = null;
  const functions = new Map<string, ReturnType<typeof jittedSignature>>();
  return {
    name: folder.name,
    signatures: Object.fromEntries([...signatures].map(([name, signature]) => [name, described(signature)])),
    run: async (inputs, runOptions = {}) => {
      const { signature: name } = readOptions('run', runOptions, runKinds);
      const signature = signatures.get(name);
      if (signature === undefined) throw noSignature(folder.name, name, signatures.keys());
      const arrays = await checkedInputs(signature, inputs);
      variables ??= readVariables(folder, graph, stored, [...signatures.values()]);
      const values = await variables;
      const f = functions.get(name) ?? jittedSignature(graph, name, signature);
      functions.set(name, f);
      const { outputs, changed } = await f(Object.fromEntries(values), arrays);
      for (const [variable, value] of Object.entries(changed)) values.set(variable, value);
      return outputs;
    },
  };
}

/** Reads `saved_model.pb`. */
export async function readGraph(folder: Folder): Promise<SavedGraph> {
  const source = `${folder.name}/saved_model.pb`;
  return readSavedGraph(new Message(await readFile(folder, 'saved_model.pb'), source), source);
}

/** Opens the variables of a SavedModel. */
export function openVariables(folder: Folder): Promise<TensorBundle> {
  return openBundle('variables', (name) => folder.open(`variables/${name}`));
}

function described({ inputs, outputs }: GraphSignature): SavedModelSignature {
  const ports = (all: ReadonlyMap<string, SignaturePort>): Record<string, SavedModelPort> =>
    Object.fromEntries([...all].map(([name, { element, shape }]) => [name, { dtype: element.name, shape }]));
  return { inputs: ports(inputs), outputs: ports(outputs) };
}

/** Runs the operation that restores the variables, and returns where each variable is stored. */
function restoredVariables(graph: SavedGraph): Variables {
  const variables: Variables = new Map();
  if (graph.restore === null) return variables;
  const { path, operation } = graph.restore;
  const feeds = new Map([[path.split(':')[0], { kind: 'texts', texts: ['variables'] } as const]]);
  new Evaluator(graph, variables).run(feeds, [], [operation]);
  return variables;
}

/** Reads the variables on which signatures depend. */
async function readVariables(
  folder: Folder,
  graph: SavedGraph,
  stored: Variables,
  signatures: readonly GraphSignature[],
): Promise<Map<string, Tensor>> {
  const needed = nodesBefore(
    graph,
    signatures.flatMap(({ outputs }) => [...outputs.values()].map(({ value }) => value)),
  );
  const values = new Map<string, Tensor>();
  let bundle: TensorBundle | null = null;
  for (const [name, value] of stored) {
    if (!needed.has(name)) continue;
    if (value.kind !== 'stored') {
      const tensor = toTensor(value);
      if (tensor !== null) values.set(name, tensor);
      continue;
    }
    bundle ??= await openVariables(folder);
    values.set(name, fromHost(partOf(await bundle.read(value.key), value.part, bundle.name)));
  }
  return values;
}

/** Returns the nodes of the main graph on which values depend. */
function nodesBefore({ nodes }: SavedGraph, values: readonly string[]): ReadonlySet<string> {
  const nameOf = (value: string): string => value.replace(/^\^/, '').split(':')[0];
  const found = new Set(values.map(nameOf));
  for (const name of found) for (const input of nodes.get(name)?.inputs ?? []) found.add(nameOf(input));
  return found;
}

/** Returns the part of a variable that a checkpoint's reader requests: `1000 3 0,334:-` are rows 0 to 333. */
function partOf(array: HostArray, part: string, source: string): HostArray {
  if (part === '') return array;
  const ranges = (part.split(' ').at(-1) ?? '').split(':').map((range, axis): readonly [number, number] => {
    const [start, length] = range === '-' ? [0, array.shape[axis]] : range.split(',').map(Number);
    return [start, length];
  });
  const fits =
    ranges.length === array.shape.length &&
    ranges.every(([start, length], axis) => start >= 0 && length >= 0 && start + length <= array.shape[axis]);
  if (!fits) {
    throw new FileError('corrupt', `Cannot read ${source}: part '${part}' of a variable does not fit. Save it again.`, {
      data: { source, part },
    });
  }
  const shape = ranges.map(([, length]) => length);
  const size = shape.reduce((product, length) => product * length, 1);
  const data = dtypes[array.dtype].create(size);
  const strides = array.shape.map((_, axis) =>
    array.shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  for (let i = 0; i < size; i++) {
    let [rest, from] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (ranges[axis][0] + (rest % shape[axis])) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    data[i] = array.data[from];
  }
  return hostArray(array.dtype, shape, data);
}

function jittedSignature(graph: SavedGraph, name: string, signature: GraphSignature) {
  return jit(
    (values: Readonly<Record<string, Tensor>>, inputs: Readonly<Record<string, Tensor>>) => {
      const variables: Variables = new Map(Object.entries(values).map(([key, value]) => [key, tensorValue(value)]));
      const evaluator = new Evaluator(graph, variables);
      const feeds = new Map(
        [...signature.inputs].map(([key, { value }]) => [value.split(':')[0], tensorValue(inputs[key])]),
      );
      const outputs = evaluator.run(
        feeds,
        [...signature.outputs.values()].map(({ value }) => value),
      );
      const tensorOf = (value: ReturnType<Variables['get']>, of: string): Tensor => {
        const read = value?.kind === 'variable' ? variables.get(value.name) : value;
        const tensor = read === undefined ? null : toTensor(read);
        if (tensor !== null) return tensor;
        throw new FileError('unsupported', `'${of}' of signature '${name}' in ${graph.source} is not a tensor.`, {
          data: { source: graph.source, signature: name, output: of },
        });
      };
      return {
        outputs: Object.fromEntries([...signature.outputs.keys()].map((key, i) => [key, tensorOf(outputs[i], key)])),
        changed: Object.fromEntries([...evaluator.changed].map((key) => [key, tensorOf(variables.get(key), key)])),
      };
    },
    { name },
  );
}

async function checkedInputs(signature: GraphSignature, inputs: NamedTensors): Promise<Record<string, Tensor>> {
  const arrays = await toHostArrays('run', 'inputs', inputs);
  const unknown = [...arrays.keys()].find((name) => !signature.inputs.has(name));
  const missing = [...signature.inputs.keys()].find((name) => !arrays.has(name));
  if (unknown !== undefined || missing !== undefined) {
    const names = [...signature.inputs.keys()];
    throw new ManabiError(
      'argument',
      unknown === undefined
        ? `Input '${missing}' is missing. The signature has the inputs ${names.join(', ')}.`
        : `Unknown input '${unknown}'. ${didYouMean(unknown, names)}`,
      { op: 'run', data: { missing: missing ?? null, unknown: unknown ?? null, inputs: names } },
    );
  }
  const checked = [...signature.inputs].map(([name, port]): [string, Tensor] => {
    const array = arrays.get(name);
    if (array === undefined) throw new Error(`Input '${name}' is missing.`);
    checkInput(name, port, array);
    return [name, fromHost(array)];
  });
  return Object.fromEntries(checked);
}

function checkInput(name: string, { element, shape }: SignaturePort, array: HostArray): void {
  const expected = element.kind === null ? null : elementKinds[element.kind].dtype;
  if (array.dtype !== expected) {
    throw new ManabiError(
      'dtype',
      `Input '${name}' must have dtype ${expected ?? element.name}; got ${array.dtype}. Convert it with astype().`,
      { op: 'run', data: { input: name, expected, got: array.dtype } },
    );
  }
  const fits =
    shape === null ||
    (shape.length === array.shape.length &&
      shape.every((length, axis) => length === null || length === array.shape[axis]));
  if (fits) return;
  throw new ManabiError(
    'shape',
    `Input '${name}' must have shape [${(shape ?? []).map((length) => length ?? 'any').join(', ')}]; got [${array.shape.join(', ')}].`,
    { op: 'run', data: { input: name, expected: shape, got: array.shape } },
  );
}

function noSignature(source: string, name: string, known: Iterable<string>): ManabiError {
  return new ManabiError('argument', `No signature '${name}' in ${source}. ${didYouMean(name, known)}`, {
    op: 'run',
    data: { source, signature: name, signatures: [...known] },
  });
}
