import { concatenate, type DType, mul, ones, random, type Shape, split, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import type { Initializer } from '../../initializers/index.ts';
import type { Layer } from '../../layer/layer.ts';
import type { Variable } from '../../variables/variable.ts';
import { dropElements } from '../regularization/dropout.ts';
import type { CellConfig } from './recurrent-options.ts';

/** The weights that all cells have. */
export interface CellWeights {
  readonly kernel: Variable;
  readonly recurrentKernel: Variable;
  readonly bias: Variable | null;
}

/** Shapes of a cell's weights. */
export interface CellShapes {
  readonly kernel: Shape;
  readonly recurrentKernel: Shape;
  readonly bias: Shape;
}

/** Makes the weights of a cell, in Keras's order. */
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

/** What a cell reads and draws once for all steps of a pass. */
export interface CellValues {
  readonly kernel: Tensor;
  readonly recurrentKernel: Tensor;
  readonly bias: Tensor | null;
  /** What inputs are multiplied with: see `dropoutMasks`. */
  readonly dropped: readonly Tensor[];
  /** What states are multiplied with. */
  readonly forgotten: readonly Tensor[];
}

/** Reads the weights of a cell, and draws its dropout: for inputs and states of some shapes, with the batch's axis. */
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
    dropped: dropoutMasks(context, { rate: dropout, seed, count: masks }, input, dtype),
    forgotten: dropoutMasks(context, { rate: recurrentDropout, seed, count: masks }, state, dtype),
  };
}

/** A bias `[i, f, c, o]` with ones for the gate that forgets, the rest drawn (Jozefowicz et al., 2015). */
export function forgetGateOpen(initializer: Initializer): Initializer {
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
 * What dropout multiplies with, the same at all steps of a pass: none outside of training, one, or one for each gate.
 *
 * @param shape of what is dropped from, with the batch's axis
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
 * `apply(x, kernel)` with dropout: nothing, one mask for all gates, or one for each, which lie along the kernel's last axis.
 *
 * @param axis where the results of the gates are joined
 */
export function throughGates(
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
