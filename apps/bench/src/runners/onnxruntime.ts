import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ElementwiseFunction, NetworkKind, TaskOf } from '../task-table.ts';
import { operand, rotation } from './inputs.ts';
import { type Library, type Makers, type MakersOf, meanMagnitude, type NotApplicable } from './library.ts';
import { encodeModel, type OnnxConstant, type OnnxNode } from './onnx-model.ts';
import type { Prepared } from './prepared.ts';
import { type RunnerSettings, serve } from './serve.ts';

/** A tensor of ONNX Runtime. */
interface OrtTensor {
  readonly data: ArrayLike<number>;
  dispose(): void;
}

type Named = Readonly<Record<string, OrtTensor>>;

/** A session of ONNX Runtime. */
interface Session {
  run(feeds: Named): Promise<Named>;
  release(): Promise<void>;
}

/** The part of `onnxruntime-node` and `onnxruntime-web` that the benchmark uses. */
interface Ort {
  readonly env: { readonly wasm: { numThreads?: number }; readonly versions: { readonly common: string } };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<Session>;
  };
}

/** A named input with its values. */
interface Operand {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const OUTPUT = 'result';

/** The nodes of a graph, and the operands to run it on. */
interface Model {
  readonly operands: readonly Operand[];
  readonly nodes: readonly OnnxNode[];
  readonly constants?: readonly OnnxConstant[];
  readonly outputShape: readonly number[];
}

const operators: { readonly [K in ElementwiseFunction]: string } = {
  add: 'Add',
  relu: 'Relu',
  exp: 'Exp',
  tanh: 'Tanh',
};

function matrix(name: string, rows: number, columns: number, seed: number): Operand {
  return { name, shape: [rows, columns], values: operand(rows * columns, seed) };
}

function elementwise(task: TaskOf<'elementwise'>): Model {
  const names = task.function === 'add' ? ['a', 'b'] : ['a'];
  return {
    operands: names.map((name, index) => ({
      name,
      shape: [task.length],
      values: operand(task.length, index + 1),
    })),
    nodes: [{ operator: operators[task.function], inputs: names, output: OUTPUT }],
    outputShape: [task.length],
  };
}

function reduce({ axis, rows, columns }: TaskOf<'reduce'>): Model {
  const keepdims = { name: 'keepdims', value: 0 };
  return {
    operands: [matrix('a', rows, columns, 1)],
    constants: [{ name: 'axes', values: [axis] }],
    nodes: [{ operator: 'ReduceSum', inputs: ['a', 'axes'], output: OUTPUT, attributes: [keepdims] }],
    outputShape: [axis === 1 ? rows : columns],
  };
}

function replay({ kernels, size }: TaskOf<'replay'>): Model {
  const shape = [size, size];
  return {
    operands: [matrix('value0', size, size, 1), { name: 'factor', shape, values: rotation(size) }],
    nodes: Array.from({ length: kernels }, (_, kernel) => ({
      operator: 'MatMul',
      inputs: [`value${kernel}`, 'factor'],
      output: kernel === kernels - 1 ? OUTPUT : `value${kernel + 1}`,
    })),
    outputShape: shape,
  };
}

function noTraining(): NotApplicable {
  return { notApplicable: 'ONNX Runtime runs graphs and does not differentiate them' };
}

function makersOf(
  ort: Ort,
  sessionOptions: Readonly<Record<string, unknown>>,
): Makers & Pick<MakersOf<NetworkKind>, 'predict'> {
  const session = async (model: Uint8Array, feeds: Named, output: string): Promise<Prepared> => {
    const opened = await ort.InferenceSession.create(model, sessionOptions);
    return {
      step: async () => {
        const results = await opened.run(feeds);
        results[output].dispose();
      },
      check: async () => meanMagnitude((await opened.run(feeds))[output].data),
      dispose: () => {
        void opened.release();
      },
    };
  };
  const prepare = ({ operands, nodes, constants, outputShape }: Model): Promise<Prepared> => {
    const model = encodeModel({ nodes, constants, inputs: operands, outputs: [{ name: OUTPUT, shape: outputShape }] });
    const feeds = operands.map(({ name, shape, values }) => [name, new ort.Tensor('float32', values, shape)]);
    return session(model, Object.fromEntries(feeds), OUTPUT);
  };
  return {
    matmul: ({ size }) =>
      prepare({
        operands: [matrix('a', size, size, 1), matrix('b', size, size, 2)],
        nodes: [{ operator: 'MatMul', inputs: ['a', 'b'], output: OUTPUT }],
        outputShape: [size, size],
      }),
    elementwise: (task) => prepare(elementwise(task)),
    reduce: (task) => prepare(reduce(task)),
    softmax: ({ rows, columns }) =>
      prepare({
        operands: [matrix('a', rows, columns, 1)],
        nodes: [{ operator: 'Softmax', inputs: ['a'], output: OUTPUT }],
        outputShape: [rows, columns],
      }),
    replay: (task) => prepare(replay(task)),
    'mlp-step': noTraining,
    'cnn-step': noTraining,
    'bn-mlp-step': noTraining,
    'lstm-step': noTraining,
    'embedding-step': noTraining,
    predict: async (task) => {
      const { onnxPrediction } = await import('./networks/onnx-prediction.ts');
      const { model, input, output, shape, pixels } = await onnxPrediction(task);
      return session(model, { [input]: new ort.Tensor('float32', pixels, shape) }, output);
    },
  };
}

async function load({ variant, threads, npmFolder }: RunnerSettings): Promise<Library> {
  const peers = createRequire(join(npmFolder, 'package.json'));
  const ort: Ort = peers(variant);
  const isWeb = variant === 'onnxruntime-web';
  if (isWeb) ort.env.wasm.numThreads = threads;
  const makers = makersOf(ort, {
    executionProviders: [isWeb ? 'wasm' : 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  return { version: ort.env.versions.common, threads, note: null, makers };
}

await serve(load);
