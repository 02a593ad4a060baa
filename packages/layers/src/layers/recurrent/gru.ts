import { add, concatenate, gru as gruOf, index, matmul, mul, type Shape, split, sub, type Tensor } from '@manabi/core';
import { boolean, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../../structure/nested.ts';
import { applyPerGate, type CellWeights, makeCellWeights, readCell } from './cell-weights.ts';
import { knownLength } from './known-length.ts';
import { activationNames } from './recurrent-activations.ts';
import { type CellRun, PreparedCell } from './recurrent-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import {
  type CellOptions,
  cellConfigOf,
  cellKinds,
  type GateOptions,
  gateKinds,
  type SequenceOptions,
  sequenceKinds,
} from './recurrent-options.ts';

/** Options of `gruCell`. */
export interface GRUCellOptions extends CellOptions, GateOptions {
  /** Number of features of output and state. */
  readonly units: number;
  /** Whether the reset gate is applied after the product with the state rather than before it (default: true). */
  readonly resetAfter?: boolean;
}

/** Options of the layer `gru`. */
export interface GRUOptions extends GRUCellOptions, SequenceOptions {}

function cellOptions() {
  return {
    units: positiveInteger,
    resetAfter: optional(boolean, true),
    ...gateKinds(),
    ...cellKinds(),
  } satisfies OwnKindsOf<GRUCellOptions>;
}

function layerOptions() {
  return { ...cellOptions(), ...sequenceKinds() } satisfies OwnKindsOf<GRUOptions>;
}

/** Cell created by `gruCell`. */
export class GRUCell extends PreparedCell<OptionValues<ReturnType<typeof cellOptions>>> {
  static override readonly className: string = 'GRUCell';
  weightsOfGates?: CellWeights;

  constructor(options: GRUCellOptions) {
    super(options, readLayerOptions(new.target, options, cellOptions()));
    this.inputSpec = [{ rank: 2 }, { rank: 2 }];
  }

  get stateSize(): number {
    return this.config.units;
  }

  override build(inputShape: OneOrMany<PartialShape>): void {
    const { units, resetAfter } = this.config;
    const inputs = knownLength(this, shapeList(inputShape)[0], -1);
    this.weightsOfGates = makeCellWeights(this, {
      kernel: [inputs, 3 * units],
      recurrentKernel: [units, 3 * units],
      bias: resetAfter ? [2, 3 * units] : [3 * units],
    });
  }

  override begin([batch, inputs]: Shape, context: CallContext): CellRun {
    const { units, activation, recurrentActivation, resetAfter, implementation, recurrentDropout } = this.config;
    const separateDropout = implementation === 1 || recurrentDropout > 0;
    const shapes = { input: [batch, inputs], state: [batch, units], masks: separateDropout ? 3 : 1 };
    const { kernel, recurrentKernel, bias: both, inputMasks, stateMasks } = readCell(this, context, shapes);
    const bias = both !== null && resetAfter ? index(both, 0) : both;
    const recurrentBias = both !== null && resetAfter ? index(both, 1) : null;
    const candidate = resetAfter
      ? resetAfterProduct(recurrentKernel, recurrentBias, stateMasks)
      : resetBeforeProduct(recurrentKernel, stateMasks);
    const activations = activationNames(activation, recurrentActivation);
    const named = activations !== null && inputMasks.length + stateMasks.length === 0;
    const weights = { kernel, recurrentKernel, bias: both, resetAfter };
    return {
      sequence: named ? (x, states, order) => gruOf(x, { ...weights, states, ...activations, ...order }) : null,
      prepare: (x) => {
        const sums = applyPerGate(x, kernel, inputMasks, matmul);
        return [bias === null ? sums : add(sums, bias)];
      },
      step: ([sums], [state]) => {
        const [updateSum, resetSum, candidateSum] = split(sums, 3, -1);
        const product = candidate(state);
        const update = recurrentActivation(add(updateSum, product.update));
        const reset = recurrentActivation(add(resetSum, product.reset));
        const proposed = activation(add(candidateSum, product.candidate(reset)));
        const output = add(mul(update, state), mul(sub(1, update), proposed));
        return { output, states: [output] };
      },
    };
  }
}

/**
 * Contributions of the state to one step: the terms added to the sums of the gates, and a function from the reset gate
 * to the term added to the candidate.
 */
interface StateProduct {
  readonly update: Tensor;
  readonly reset: Tensor;
  candidate(reset: Tensor): Tensor;
}

function resetAfterProduct(kernel: Tensor, bias: Tensor | null, masks: readonly Tensor[]) {
  return (state: Tensor): StateProduct => {
    const sums = applyPerGate(state, kernel, masks, matmul);
    const [update, reset, last] = split(bias === null ? sums : add(sums, bias), 3, -1);
    return { update, reset, candidate: (gate) => mul(gate, last) };
  };
}

function resetBeforeProduct(kernel: Tensor, masks: readonly Tensor[]) {
  const [updateKernel, resetKernel, candidateKernel] = split(kernel, 3, -1);
  const gateKernels = concatenate([updateKernel, resetKernel], -1);
  return (state: Tensor): StateProduct => {
    const [update, reset] = split(applyPerGate(state, gateKernels, masks.slice(0, 2), matmul), 2, -1);
    const kept = masks.length === 0 ? state : mul(state, masks[masks.length - 1]);
    return { update, reset, candidate: (gate) => matmul(mul(gate, kept), candidateKernel) };
  };
}

/**
 * Creates the cell of a GRU layer, which computes one step: see `gru`. It maps [x, h] to [output, h], where both results
 * are the new state. Weights, with the gates z, r and the candidate adjacent: `kernel` [inputs, 3 · units],
 * `recurrent_kernel` [units, 3 · units], `bias` [2, 3 · units] (of inputs and of state), or [3 · units] with
 * `resetAfter: false`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, ones, zeros } from 'manabi';
 *
 * const cell = layers.gruCell({ units: 2 });
 * const [output, state] = cell.applyAll([ones([1, 3]), zeros([1, 2])]);
 * console.log(output.shape); // [1, 2]
 * console.log(state.shape); // [1, 2]
 * ```
 */
export function gruCell(options: GRUCellOptions): GRUCell {
  return new GRUCell(options);
}

/** Layer created by `gru`. */
export class GRU extends RecurrentLayer<OptionValues<ReturnType<typeof layerOptions>>> {
  static override readonly className: string = 'GRU';
  readonly cell: GRUCell;

  constructor(options: GRUOptions) {
    super(options, readLayerOptions(new.target, options, layerOptions()));
    const { dtypePolicy: dtype, trainable } = this;
    this.cell = new GRUCell({ ...cellConfigOf(this.config), name: 'gru_cell', dtype, trainable });
    this.inputSpec = [{ rank: 3 }];
  }
}

/**
 * Creates a gated recurrent unit (GRU) layer: `z = σ(x · Wz + h · Uz + bz)`, `r = σ(x · Wr + h · Ur + br)`,
 * `c = tanh(x · Wc + bc + r · (h · Uc + dc))`, `h = z · h + (1 - z) · c`. It maps [batch, steps, inputs] to [batch, units],
 * or to [batch, steps, units] with `returnSequences`. Inputs [x, h] set the initial state. Source: K. Cho et al., "Learning
 * phrase representations using RNN encoder-decoder for statistical machine translation", 2014.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank or no steps
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.gru({ units: 4, returnSequences: true });
 * console.log(layer.apply(ones([2, 5, 3])).shape); // [2, 5, 4]
 * ```
 */
export function gru(options: GRUOptions): GRU {
  return new GRU(options);
}
