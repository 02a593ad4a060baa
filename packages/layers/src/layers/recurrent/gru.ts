import { add, concatenate, gru as gruOf, index, matmul, mul, type Shape, split, sub, type Tensor } from '@manabi/core';
import { boolean, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../../structure/nested.ts';
import { type CellWeights, makeCellWeights, readCell, throughGates } from './cell-weights.ts';
import { knownLength } from './known-length.ts';
import { bothNames } from './recurrent-activations.ts';
import { type CellRun, PreparedCell } from './recurrent-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import {
  type CellOptions,
  cellKinds,
  type GateOptions,
  gateKinds,
  ofCell,
  type SequenceOptions,
  sequenceKinds,
} from './recurrent-options.ts';

/** What `gruCell` takes. */
export interface GRUCellOptions extends CellOptions, GateOptions {
  /** Length of output and state. */
  readonly units: number;
  /** Whether the gate that resets acts on the product with the state, not on the state; by default true. */
  readonly resetAfter?: boolean;
}

/** What `gru` takes. */
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

/** One step of a GRU: see `gruCell`. */
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
    const gatesDropApart = implementation === 1 || recurrentDropout > 0;
    const shapes = { input: [batch, inputs], state: [batch, units], masks: gatesDropApart ? 3 : 1 };
    const { kernel, recurrentKernel, bias: both, dropped, forgotten } = readCell(this, context, shapes);
    const bias = both !== null && resetAfter ? index(both, 0) : both;
    const recurrentBias = both !== null && resetAfter ? index(both, 1) : null;
    const candidate = resetAfter
      ? resetAfterProduct(recurrentKernel, recurrentBias, forgotten)
      : resetBeforeProduct(recurrentKernel, forgotten);
    const activations = bothNames(activation, recurrentActivation);
    const named = activations !== null && dropped.length + forgotten.length === 0;
    const weights = { kernel, recurrentKernel, bias: both, resetAfter };
    return {
      sequence: named ? (x, states, order) => gruOf(x, { ...weights, states, ...activations, ...order }) : null,
      prepare: (x) => {
        const sums = throughGates(x, kernel, dropped, matmul);
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

/** What the state adds to the sums of the gates, and, once it is known what to reset, of the candidate. */
interface StateProduct {
  readonly update: Tensor;
  readonly reset: Tensor;
  candidate(reset: Tensor): Tensor;
}

function resetAfterProduct(kernel: Tensor, bias: Tensor | null, masks: readonly Tensor[]) {
  return (state: Tensor): StateProduct => {
    const sums = throughGates(state, kernel, masks, matmul);
    const [update, reset, last] = split(bias === null ? sums : add(sums, bias), 3, -1);
    return { update, reset, candidate: (gate) => mul(gate, last) };
  };
}

function resetBeforeProduct(kernel: Tensor, masks: readonly Tensor[]) {
  const [updateKernel, resetKernel, candidateKernel] = split(kernel, 3, -1);
  const gateKernels = concatenate([updateKernel, resetKernel], -1);
  return (state: Tensor): StateProduct => {
    const [update, reset] = split(throughGates(state, gateKernels, masks.slice(0, 2), matmul), 2, -1);
    const kept = masks.length === 0 ? state : mul(state, masks[masks.length - 1]);
    return { update, reset, candidate: (gate) => matmul(mul(gate, kept), candidateKernel) };
  };
}

/**
 * One step of `gru`: `[x, h]` to `[output, h]`, the same. Weights, with the gates z, r and the candidate h side by side:
 * kernel `[inputs, 3 * units]`, recurrent kernel `[units, 3 * units]`, bias `[2, 3 * units]`, of inputs and of state, or
 * `[3 * units]` without `resetAfter`.
 *
 * @throws ManabiError `argument` for wrong options
 */
export function gruCell(options: GRUCellOptions): GRUCell {
  return new GRUCell(options);
}

/** Gated recurrent units: see `gru`. */
export class GRU extends RecurrentLayer<OptionValues<ReturnType<typeof layerOptions>>> {
  static override readonly className: string = 'GRU';
  readonly cell: GRUCell;

  constructor(options: GRUOptions) {
    super(options, readLayerOptions(new.target, options, layerOptions()));
    const { dtype, trainable } = this;
    this.cell = new GRUCell({ ...ofCell(this.config), name: 'gru_cell', dtype, trainable });
    this.inputSpec = [{ rank: 3 }];
  }
}

/**
 * Gated recurrent units, `h = z h' + (1 - z) candidate` (Cho et al., 2014): `[batch, steps, inputs]` to `[batch, units]`,
 * or to `[batch, steps, units]` with `returnSequences`. Called on `[x, h]`, it begins with that state.
 *
 * @throws ManabiError `argument` for wrong options
 * @example `layers.gru({ units: 32, returnSequences: true })`
 */
export function gru(options: GRUOptions): GRU {
  return new GRU(options);
}
