import { concatenate, type DType, mul, ones, random, type Shape, split, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import type { Initializer } from '../../initializers/index.ts';
import type { Layer } from '../../layer/layer.ts';
import type { Variable } from '../../variables/variable.ts';
import { dropElements } from '../regularization/dropout.ts';
import type { CellConfig } from './recurrent-options.ts';

/** Weights of a recurrent cell. */
export interface CellWeights {
  readonly kernel: Variable;
  readonly recurrentKernel: Variable;
  readonly bias: Variable | null;
}

/** Shapes of the weights of a recurrent cell. */
export interface CellShapes {
  readonly kernel: Shape;
  readonly recurrentKernel: Shape;
  readonly bias: Shape;
}

/** Creates kernel, recurrent kernel and bias of a recurrent cell, in this order, as in Keras. */
export function makeCellWeights(
  cell: Layer<CellConfig>,
  shapes: CellShapes,
  biasInitializer: Initializer = cell.config.biasInitializer,
): CellWeights {
  const { config } = cell;
  return {
    kernel: cell.addWeight({
      name: 'kernel',
      shape: shapes.kernel,
      initializer: config.kernelInitializer,
      regularizer: config.kernelRegularizer,
      constraint: config.kernelConstraint,
    }),
    recurrentKernel: cell.addWeight({
      name: 'recurrent_kernel',
      shape: shapes.recurrentKernel,
      initializer: config.recurrentInitializer,
      regularizer: config.recurrentRegularizer,
      constraint: config.recurrentConstraint,
    }),
    bias: config.useBias
      ? cell.addWeight({
          name: 'bias',
          shape: shapes.bias,
          initializer: biasInitializer,
          regularizer: config.biasRegularizer,
          constraint: config.biasConstraint,
        })
      : null,
  };
}

/** Weights and dropout masks of a cell, which are the same for all steps of a call. */
export interface CellValues {
  readonly kernel: Tensor;
  readonly recurrentKernel: Tensor;
  readonly bias: Tensor | null;
  /** Dropout masks for the inputs of a step: none, one for all gates, or one per gate. */
  readonly inputMasks: readonly Tensor[];
  /** Dropout masks for the state before a step: none, one for all gates, or one per gate. */
  readonly stateMasks: readonly Tensor[];
}

/** Reads the weights of a cell and draws its dropout masks for given shapes of input and state, including the batch. */
export function readCell(
  { config, weightsOfGates }: Layer<CellConfig> & { readonly weightsOfGates?: CellWeights },
  context: CallContext,
  { input, state, masks }: { readonly input: Shape; readonly state: Shape; readonly masks: number },
): CellValues {
  const { useBias, seed, dropout, recurrentDropout } = config;
  const kernel = context.read(weightsOfGates?.kernel);
  const { dtype } = kernel;
  return {
    kernel,
    recurrentKernel: context.read(weightsOfGates?.recurrentKernel),
    bias: useBias ? context.read(weightsOfGates?.bias) : null,
    inputMasks: dropoutMasks(context, { rate: dropout, seed, count: masks }, input, dtype),
    stateMasks: dropoutMasks(context, { rate: recurrentDropout, seed, count: masks }, state, dtype),
  };
}

/**
 * Returns an initializer for the bias of the gates i, f, c, o: 1 for the forget gate f, and values of `initializer` for
 * the others. Source: R. Jozefowicz, W. Zaremba, I. Sutskever, "An empirical exploration of recurrent network
 * architectures", 2015.
 */
export function withForgetBias(initializer: Initializer): Initializer {
  const draw = (key: Tensor, [length]: Shape, dtype: DType): Tensor => {
    const units = length / 4;
    return concatenate([
      initializer.draw(random.foldIn(key, 0), [units], dtype),
      ones([units], { dtype }),
      initializer.draw(random.foldIn(key, 1), [2 * units], dtype),
    ]);
  };
  return { ...initializer, draw };
}

/**
 * Draws the dropout masks that a call uses at all steps: no mask at inference, otherwise one mask for all gates, or one
 * per gate.
 *
 * @param shape shape of the tensor to drop from, including the batch
 */
function dropoutMasks(
  context: CallContext,
  { rate, seed, count }: { readonly rate: number; readonly seed: number | null; readonly count: number },
  shape: Shape,
  dtype: DType,
): readonly Tensor[] {
  if (!context.training || rate === 0) return [];
  return Array.from({ length: count }, () => dropElements(ones(shape, { dtype }), rate, context.key(seed)));
}

/**
 * Computes `apply(x, kernel)` with dropout: no mask, one mask for all gates, or one mask per gate. The kernels of the gates
 * are adjacent on the last axis of `kernel`.
 *
 * @param axis axis along which the results of the gates are joined
 */
export function applyPerGate(
  x: Tensor,
  kernel: Tensor,
  masks: readonly Tensor[],
  apply: (x: Tensor, kernel: Tensor) => Tensor,
  axis = -1,
): Tensor {
  if (masks.length === 0) return apply(x, kernel);
  if (masks.length === 1) return apply(mul(x, masks[0]), kernel);
  const kernels = split(kernel, masks.length, -1);
  return concatenate(
    masks.map((mask, gate) => apply(mul(x, mask), kernels[gate])),
    axis,
  );
}
