import { add, lstm as lstmOf, matmul, mul, type Shape, split } from '@manabi/core';
import { boolean, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../../structure/nested.ts';
import { applyPerGate, type CellWeights, makeCellWeights, readCell, withForgetBias } from './cell-weights.ts';
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

/** Options of `lstmCell`. */
export interface LSTMCellOptions extends CellOptions, GateOptions {
  /** Number of features of output and states. */
  readonly units: number;
  /** Whether the bias of the forget gate is initialized to ones, instead of by `biasInitializer` (default: true). */
  readonly unitForgetBias?: boolean;
}

/** Options of the layer `lstm`. */
export interface LSTMOptions extends LSTMCellOptions, SequenceOptions {}

function cellOptions() {
  return {
    units: positiveInteger,
    unitForgetBias: optional(boolean, true),
    ...gateKinds(),
    ...cellKinds(),
  } satisfies OwnKindsOf<LSTMCellOptions>;
}

function layerOptions() {
  return { ...cellOptions(), ...sequenceKinds() } satisfies OwnKindsOf<LSTMOptions>;
}

/** Cell created by `lstmCell`. */
export class LSTMCell extends PreparedCell<OptionValues<ReturnType<typeof cellOptions>>> {
  static override readonly className: string = 'LSTMCell';
  weightsOfGates?: CellWeights;

  constructor(options: LSTMCellOptions) {
    super(options, readLayerOptions(new.target, options, cellOptions()));
    this.inputSpec = [{ rank: 2 }, { rank: 2 }, { rank: 2 }];
  }

  get stateSize(): readonly number[] {
    return [this.config.units, this.config.units];
  }

  override build(inputShape: OneOrMany<PartialShape>): void {
    const { units, unitForgetBias, biasInitializer } = this.config;
    const inputs = knownLength(this, shapeList(inputShape)[0], -1);
    this.weightsOfGates = makeCellWeights(
      this,
      { kernel: [inputs, 4 * units], recurrentKernel: [units, 4 * units], bias: [4 * units] },
      unitForgetBias ? withForgetBias(biasInitializer) : biasInitializer,
    );
  }

  override begin([batch, inputs]: Shape, context: CallContext): CellRun {
    const { units, activation, recurrentActivation, implementation, recurrentDropout } = this.config;
    const separateDropout = implementation === 1 || recurrentDropout > 0;
    const shapes = { input: [batch, inputs], state: [batch, units], masks: separateDropout ? 4 : 1 };
    const { kernel, recurrentKernel, bias, inputMasks, stateMasks } = readCell(this, context, shapes);
    const activations = activationNames(activation, recurrentActivation);
    const named = activations !== null && inputMasks.length + stateMasks.length === 0;
    return {
      sequence: named
        ? (x, states, order) => lstmOf(x, { kernel, recurrentKernel, bias, states, ...activations, ...order })
        : null,
      prepare: (x) => {
        const sums = applyPerGate(x, kernel, inputMasks, matmul);
        return [bias === null ? sums : add(sums, bias)];
      },
      step: ([sums], [hidden, carry]) => {
        const gates = split(add(sums, applyPerGate(hidden, recurrentKernel, stateMasks, matmul)), 4, -1);
        const [input, forget, , out] = gates.map((gate) => recurrentActivation(gate));
        const nextCarry = add(mul(forget, carry), mul(input, activation(gates[2])));
        const output = mul(out, activation(nextCarry));
        return { output, states: [output, nextCarry] };
      },
    };
  }
}

/**
 * Creates the cell of an LSTM layer, which computes one step: see `lstm`. It maps [x, h, c] to [output, h, c], where output
 * and h are equal. Weights, with the gates i, f, c, o adjacent: `kernel` [inputs, 4 · units], `recurrent_kernel`
 * [units, 4 · units], `bias` [4 · units].
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, ones, zeros } from 'manabi';
 *
 * const cell = layers.lstmCell({ units: 2 });
 * const [output, h, c] = cell.applyAll([ones([1, 3]), zeros([1, 2]), zeros([1, 2])]);
 * console.log([output.shape, h.shape, c.shape]); // [[1, 2], [1, 2], [1, 2]]
 * ```
 */
export function lstmCell(options: LSTMCellOptions): LSTMCell {
  return new LSTMCell(options);
}

/** Layer created by `lstm`. */
export class LSTM extends RecurrentLayer<OptionValues<ReturnType<typeof layerOptions>>> {
  static override readonly className: string = 'LSTM';
  readonly cell: LSTMCell;

  constructor(options: LSTMOptions) {
    super(options, readLayerOptions(new.target, options, layerOptions()));
    const { dtypePolicy: dtype, trainable } = this;
    this.cell = new LSTMCell({ ...cellConfigOf(this.config), name: 'lstm_cell', dtype, trainable });
    this.inputSpec = [{ rank: 3 }];
  }
}

/**
 * Creates a long short-term memory (LSTM) layer: `i, f, o = σ(x · W + h · U + b)` with separate weights per gate,
 * `c = f · c + i · tanh(x · Wc + h · Uc + bc)`, `h = o · tanh(c)`. It maps [batch, steps, inputs] to [batch, units], or to
 * [batch, steps, units] with `returnSequences`. Inputs [x, h, c] set the initial states. Sources: S. Hochreiter, J.
 * Schmidhuber, "Long short-term memory", 1997; F. Gers, J. Schmidhuber, F. Cummins, "Learning to forget: continual
 * prediction with LSTM", 2000.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank or no steps
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const x = ones([2, 5, 3]);
 * console.log(layers.lstm({ units: 4 }).apply(x).shape); // [2, 4]
 * const [output, h, c] = layers.lstm({ units: 4, returnState: true }).applyAll(x);
 * console.log([output.shape, h.shape, c.shape]); // [[2, 4], [2, 4], [2, 4]]
 * ```
 */
export function lstm(options: LSTMOptions): LSTM {
  return new LSTM(options);
}
