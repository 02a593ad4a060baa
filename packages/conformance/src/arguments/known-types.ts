import { isTensor, type Tensor, tensor } from '@manabi/core';
import { fromTensorSlices, isHostArray } from '@manabi/data';
import { dtypeNames, hostArray } from '@manabi/ir';
import {
  type CallContext,
  constraints,
  type Functional,
  model as functional,
  History,
  initializers,
  input,
  Layer,
  layers,
  losses,
  Model,
  Monitor,
  metrics,
  regularizers,
  StateReader,
  SymbolicTensor,
  sequential,
} from '@manabi/layers';
import { sgd } from '@manabi/optimizers';
import type { KnownTypes, Maker, Recognizer } from './typed-values.ts';

const matrix = () =>
  tensor([
    [0.5, 0.25],
    [0.75, 1],
  ]);
const labels = () => tensor([0, 1], { dtype: 'int32' });

const tensors: Maker = (random) => random.pick([matrix, matrix, () => tensor([0.5, 0.75]), labels])();

/** Returns a compiled model of one dense layer. */
export function smallModel(): Model {
  const small = sequential([layers.dense({ units: 2, inputShape: [2] })]);
  small.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return small;
}

function smallFunctional(): Functional {
  const x = input({ shape: [2] });
  const small = functional({ inputs: x, outputs: layers.dense({ units: 2 }).apply(x) });
  small.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return small;
}

/** Returns a context like the one that `call` of a layer receives. */
function callContext(): CallContext {
  const found: CallContext[] = [];
  const noting = (x: Tensor, context: CallContext): Tensor => {
    found.push(context);
    return x;
  };
  layers.lambda({ function: noting }).apply(matrix());
  return found[0];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const has =
  (...names: readonly string[]): Recognizer =>
  (value) =>
    isObject(value) && names.every((name) => name in value);
const isNumberLike = (value: unknown): boolean | undefined =>
  typeof value === 'number' || typeof value === 'boolean' || isTensor(value) || isElements(value);
const isNested = (value: unknown): boolean | undefined =>
  Array.isArray(value) ? (value.every((item) => typeof item === 'number') ? true : undefined) : isNumberLike(value);
const isElements: Recognizer = (value) =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? undefined : false;

/**
 * Functions that create and recognize values of types that the API reports do not describe completely, such as tensors.
 */
export const knownTypes: KnownTypes = {
  makers: {
    Tensor: tensors,
    TensorLike: (random) => random.pick([tensors, tensors, () => 0.5])(random),
    Tensors: tensors,
    ArrayLike: () => [
      [0.5, 0.25],
      [0.75, 1],
    ],
    Indices: () => tensor([0, 1], { dtype: 'int32' }),
    ElementArray: () => Float32Array.of(0.5, 0.25, 0.75, 1),
    HostArray: () => hostArray('float32', [2, 2], Float32Array.of(0.5, 0.25, 0.75, 1)),
    Shape: (random) => random.pick([[2, 2], [2], [4]]),
    PartialShape: () => [2, 2],
    DType: (random) => random.pick(['float32', 'int32']),
    AbortSignal: () => new AbortController().signal,
    Uint8Array: () => Uint8Array.of(1, 2, 3),
    Float32Array: () => Float32Array.of(1, 2, 3),
    URL: () => new URL('file:///nowhere/file.bin'),
    Map: () => new Map(),
    Record: () => ({}),
    Promise: () => Promise.resolve(1),
    Iterable: () => [1, 2],
    Dataset: () => fromTensorSlices(hostArray('float32', [2, 2], new Float32Array(4))),
    Layer: () => layers.dense({ units: 2 }),
    Model: smallModel,
    Network: smallModel,
    Exportable: smallModel,
    SymbolicTensor: () => input({ shape: [2] }),
    InitializerIdentifier: (random) => random.pick(['zeros', initializers.ones()]),
    RegularizerIdentifier: (random) => random.pick(['l2', regularizers.l1()]),
    ConstraintIdentifier: (random) => random.pick(['nonNeg', constraints.maxNorm()]),
    ActivationIdentifier: (random) => random.pick(['relu', (x: unknown) => x]),
    Initializer: () => initializers.ones(),
    Regularizer: () => regularizers.l2(),
    Constraint: () => constraints.nonNeg(),
    Loss: () => losses.meanSquaredError(),
    Metric: () => metrics.meanSquaredError(),
    Optimizer: () => sgd(),
    Schedule: () => 0.1,
    Key: () => tensor(Uint32Array.of(1, 2)),
    CallbackHooks: () => ({}),
    Callback: () => new History(),
    RecurrentCell: () => layers.gruCell({ units: 2 }),
    Sequential: smallModel,
    Functional: smallFunctional,
    Variable: () => smallModel().weights[0],
    CallContext: () => callContext(),
    Monitor: () => new Monitor('fuzz', { monitor: 'loss', mode: 'min' }),
    StateReader: () => new StateReader('fuzz', { one: 1, list: [1], text: 'a' }),
    History: () => new History(),
    Trainer: () => smallModel().trainer,
    PartialType: () => ({ shape: [null, 2], dtype: 'float32' }),
    OptimizerIdentifier: (random) => random.pick(['adam', sgd()]),
    LossIdentifier: (random) => random.pick(['mse', losses.huber()]),
    MetricIdentifier: (random) => random.pick(['mse', metrics.auc()]),
  },
  recognizers: {
    Tensor: isTensor,
    TensorLike: isNested,
    Tensors: (value) => isTensor(value) || (Array.isArray(value) ? undefined : false),
    ArrayLike: isNested,
    Indices: isNested,
    ElementArray: isElements,
    HostArray: (value) => (isHostArray(value) ? undefined : false),
    Shape: (value) => Array.isArray(value) && value.every((length) => Number.isInteger(length) && length >= 0),
    PartialShape: (value) =>
      Array.isArray(value) && value.every((length) => length === null || (Number.isInteger(length) && length >= 0)),
    DType: (value) => dtypeNames.some((name) => name === value),
    AbortSignal: (value) => value instanceof AbortSignal,
    Uint8Array: (value) => value instanceof Uint8Array,
    Float32Array: (value) => value instanceof Float32Array,
    URL: (value) => value instanceof URL,
    Map: (value) => value instanceof Map,
    Record: (value) => (isObject(value) && !Array.isArray(value) ? undefined : false),
    Promise: has('then'),
    Layer: (value) => value instanceof Layer,
    Model: (value) => value instanceof Model,
    Network: (value) => value instanceof Model,
    SymbolicTensor: (value) => value instanceof SymbolicTensor,
    Dataset: has('iterate'),
    Optimizer: has('init', 'update'),
    Loss: has('call', 'apply'),
    Metric: has('init', 'update', 'result'),
    Schedule: (value) => typeof value === 'function',
    CallbackHooks: (value) => (isObject(value) ? undefined : false),
  },
};

// Trainers are available only after loading.
await smallModel().loadTrainer();
