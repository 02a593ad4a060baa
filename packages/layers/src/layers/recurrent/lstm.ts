import { add, lstm as lstmOf, matmul, mul, type Shape, split } from '@manabi/core';
import { boolean, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../../structure/nested.ts';
import { type CellWeights, forgetGateOpen, makeCellWeights, readCell, throughGates } from './cell-weights.ts';
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

/** What `lstmCell` takes. */
export interface LSTMCellOptions extends CellOptions, GateOptions {
  /** Length of output and states. */
  readonly units: number;
  /** Whether the gate that forgets begins open, with a bias of ones; by default true. */
  readonly unitForgetBias?: boolean;
}

/** What `lstm` takes. */
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

/** One step of an LSTM: see `lstmCell`. */
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
      unitForgetBias ? forgetGateOpen(biasInitializer) : biasInitializer,
    );
  }

  override begin([batch, inputs]: Shape, context: CallContext): CellRun {
    const { units, activation, recurrentActivation, implementation, recurrentDropout } = this.config;
    const gatesDropApart = implementation === 1 || recurrentDropout > 0;
    const shapes = { input: [batch, inputs], state: [batch, units], masks: gatesDropApart ? 4 : 1 };
    const { kernel, recurrentKernel, bias, dropped, forgotten } = readCell(this, context, shapes);
    const activations = bothNames(activation, recurrentActivation);
    const named = activations !== null && dropped.length + forgotten.length === 0;
    return {
      sequence: named
        ? (x, states, order) => lstmOf(x, { kernel, recurrentKernel, bias, states, ...activations, ...order })
        : null,
      prepare: (x) => {
        const sums = throughGates(x, kernel, dropped, matmul);
        return [bias === null ? sums : add(sums, bias)];
      },
      step: ([sums], [hidden, carry]) => {
        const gates = split(add(sums, throughGates(hidden, recurrentKernel, forgotten, matmul)), 4, -1);
        const [input, forget, , out] = gates.map((gate) => recurrentActivation(gate));
        const nextCarry = add(mul(forget, carry), mul(input, activation(gates[2])));
        const output = mul(out, activation(nextCarry));
        return { output, states: [output, nextCarry] };
      },
    };
  }
}

/**
 * One step of `lstm`: `[x, h, c]` to `[output, h, c]`. Weights, with the gates i, f, c, o side by side: kernel `[inputs, 4 *
 * units]`, recurrent kernel `[units, 4 * units]`, bias `[4 * units]`.
 *
 * @throws ManabiError `argument` for wrong options
 */
export function lstmCell(options: LSTMCellOptions): LSTMCell {
  return new LSTMCell(options);
}

/** Long short-term memory: see `lstm`. */
export class LSTM extends RecurrentLayer<OptionValues<ReturnType<typeof layerOptions>>> {
  static override readonly className: string = 'LSTM';
  readonly cell: LSTMCell;

  constructor(options: LSTMOptions) {
    super(options, readLayerOptions(new.target, options, layerOptions()));
    const { dtype, trainable } = this;
    this.cell = new LSTMCell({ ...ofCell(this.config), name: 'lstm_cell', dtype, trainable });
    this.inputSpec = [{ rank: 3 }];
  }
}

/**
 * Long short-term memory (Hochreiter, Schmidhuber, 1997; Gers et al., 2000): `[batch, steps, inputs]` to `[batch, units]`,
 * or to `[batch, steps, units]` with `returnSequences`. Called on `[x, h, c]`, it begins with those states.
 *
 * @throws ManabiError `argument` for wrong options
 * @example
 * ```ts
 * layers.lstm({ units: 32 });
 * const [output, h, c] = layers.lstm({ units: 32, returnState: true }).applyAll(x);
 * ```
 */
export function lstm(options: LSTMOptions): LSTM {
  return new LSTM(options);
}
