export type {
  DType,
  ElementArray,
  Exportable,
  HostArray,
  ProgramFamily,
  Shape,
  StepClock,
  StepReport,
  TensorType,
} from '@manabi/ir';
export {
  dtypeNames,
  hostArray,
  ManabiError,
  registerBackend,
  registerDefaultBackend,
  registeredBackends,
} from '@manabi/ir';
export { type Definition, definitionOf } from './definition.ts';
export { type ExportableOptions, type ExportedInput, exportable } from './exportable.ts';
export * from './functions/activation.ts';
export * from './functions/arithmetic.ts';
export { flip, type PadOptions, type PadWidth, pad, roll } from './functions/arrange.ts';
export { type DotProductAttentionOptions, dotProductAttention } from './functions/attention.ts';
export type { Axis } from './functions/axis.ts';
export { broadcastTo } from './functions/broadcast.ts';
export { astype, bitcast, clone } from './functions/cast.ts';
export * from './functions/comparison.ts';
export { dot, matmul, outer, tensordot } from './functions/contraction.ts';
export * from './functions/convolution.ts';
export {
  type ArrayLike,
  arange,
  type DTypeOptions,
  eye,
  fromHost,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  scalar,
  tensor,
  zeros,
  zerosLike,
} from './functions/creation.ts';
export { einsum } from './functions/einsum.ts';
export * from './functions/exponential.ts';
export { type IndexItem, index } from './functions/index-by.ts';
export { concatenate, repeat, split, stack, tile } from './functions/join.ts';
export * from './functions/logic.ts';
export { type OneHotOptions, oneHot, tril, triu } from './functions/masks.ts';
export * from './functions/normalization.ts';
export type { TensorLike } from './functions/operand.ts';
export * from './functions/pooling.ts';
export * from './functions/recurrent.ts';
export * from './functions/reduce.ts';
export * from './functions/resize.ts';
export * from './functions/rounding.ts';
export * from './functions/shape.ts';
export { dynamicSlice, dynamicUpdateSlice, type Starts, slice } from './functions/slice.ts';
export * from './functions/softmax.ts';
export * from './functions/sort.ts';
export {
  gatherND,
  type Indices,
  type ScatterOptions,
  scatterElements,
  scatterND,
  take,
  takeAlongAxis,
} from './functions/take.ts';
export * from './functions/trigonometry.ts';
export type { PerAxis, WindowPadding } from './functions/window-padding.ts';
export { applyGraph, type TracedGraph, traceGraph } from './graphs.ts';
export { type Dispatched, type DispatchOptions, dispatch } from './jit/dispatch.ts';
export type { Fallback } from './jit/fall-back.ts';
export {
  inspect,
  type JitArgument,
  type JitArguments,
  type JitOptions,
  type JitSpec,
  type JitSpecs,
  type Jitted,
  jit,
  profile,
  warmup,
} from './jit/jit.ts';
export type { Pattern } from './jit/pattern.ts';
export { type HeldTensors, type MemoryReport, memory } from './memory.ts';
export { Notes } from './notes.ts';
export { type ArrayTextOptions, formatArray } from './print/format-array.ts';
export * as random from './random.ts';
export { type RealizeOptions, realize } from './realize.ts';
export { getBackend, setBackend } from './run/backends.ts';
export { isTensor, type NestedArray, Tensor, type TensorState } from './tensor.ts';
export { checkpoint } from './transforms/checkpoint.ts';
export { cond } from './transforms/cond.ts';
export { type Cotangents, customGradient, type ForwardPass } from './transforms/custom-gradient.ts';
export { type ArgumentsAt, type GradOptions, grad, valueAndGrad } from './transforms/grad.ts';
export { hessian, jacobian } from './transforms/jacobian.ts';
export { type ScanOptions, scan } from './transforms/scan.ts';
export { stopGradient } from './transforms/stop-gradient.ts';
export { vjp } from './transforms/vjp.ts';
export { type WhileLoopOptions, whileLoop } from './transforms/while-loop.ts';
export * as tree from './tree.ts';
