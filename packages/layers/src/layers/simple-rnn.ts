import { add, matmul, type Shape, simpleRnn } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import type { CallContext } from '../context.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../nested.ts';
import { type CellWeights, makeCellWeights, readCell, throughGates } from './cell-weights.ts';
import { knownLength, positiveInteger } from './options.ts';
import { recurrentName } from './recurrent-activations.ts';
import { type CellRun, PreparedCell } from './recurrent-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { type CellOptions, cellSettings, type SequenceOptions, sequenceSettings } from './recurrent-options.ts';

/** What `simpleRNNCell` takes. */
export interface SimpleRNNCellOptions extends CellOptions {
  /** Length of output and state. */
  readonly units: number;
}

/** What `simpleRNN` takes. */
export interface SimpleRNNOptions extends SimpleRNNCellOptions, SequenceOptions {}

function resolved(className: string, options: SimpleRNNCellOptions) {
  return { units: positiveInteger(className, 'units', options.units), ...cellSettings(className, options) };
}

/** `activation(x W + b + h U)`: see `simpleRNNCell`. */
export class SimpleRNNCell extends PreparedCell<ReturnType<typeof resolved>> {
  static override readonly className: string = 'SimpleRNNCell';
  weightsOfGates?: CellWeights;

  constructor(options: SimpleRNNCellOptions) {
    checkAreGiven(new.target.className, options);
    super(options, resolved('SimpleRNNCell', options));
    this.inputSpec = { rank: 2 };
  }

  get stateSize(): number {
    return this.config.units;
  }

  override build(inputShape: OneOrMany<PartialShape>): void {
    const { units } = this.config;
    const inputs = knownLength(this, shapeList(inputShape)[0], -1);
    this.weightsOfGates = makeCellWeights(this, {
      kernel: [inputs, units],
      recurrentKernel: [units, units],
      bias: [units],
    });
  }

  override begin([batch, inputs]: Shape, context: CallContext): CellRun {
    const { units, activation } = this.config;
    const shapes = { input: [batch, inputs], state: [batch, units], masks: 1 };
    const { kernel, recurrentKernel, bias, dropped, forgotten } = readCell(this, context, shapes);
    const name = recurrentName(activation);
    const named = name !== null && dropped.length + forgotten.length === 0;
    return {
      sequence: named
        ? (x, states, order) => simpleRnn(x, { kernel, recurrentKernel, bias, states, activation: name, ...order })
        : null,
      prepare: (x) => {
        const sums = throughGates(x, kernel, dropped, matmul);
        return [bias === null ? sums : add(sums, bias)];
      },
      step: ([sums], [state]) => {
        const output = activation(add(sums, throughGates(state, recurrentKernel, forgotten, matmul)));
        return { output, states: [output] };
      },
    };
  }
}

/**
 * One step of `simpleRNN`: `[x, state]` to `[output, state]`, the same. Weights: kernel `[inputs, units]`, recurrent kernel
 * `[units, units]`, bias `[units]`.
 *
 * @throws ManabiError `argument` for wrong options
 */
export function simpleRNNCell(options: SimpleRNNCellOptions): SimpleRNNCell {
  return new SimpleRNNCell(options);
}

function layerConfig(options: SimpleRNNOptions) {
  return { ...resolved('SimpleRNN', options), ...sequenceSettings(options) };
}

/** A recurrent layer whose output is its state: see `simpleRNN`. */
export class SimpleRNN extends RecurrentLayer<ReturnType<typeof layerConfig>> {
  static override readonly className: string = 'SimpleRNN';
  readonly cell: SimpleRNNCell;

  constructor(options: SimpleRNNOptions) {
    checkAreGiven(new.target.className, options);
    super(options, layerConfig(options));
    const { dtype, trainable } = this;
    this.cell = new SimpleRNNCell({ ...resolved('SimpleRNN', options), name: 'simple_rnn_cell', dtype, trainable });
    this.inputSpec = [{ rank: 3 }];
  }
}

/**
 * A recurrent layer whose output is its state, `h = activation(x W + b + h U)`: `[batch, steps, inputs]` to `[batch,
 * units]`, or to `[batch, steps, units]` with `returnSequences` (Elman, 1990).
 *
 * @throws ManabiError `argument` for wrong options
 * @example `layers.simpleRNN({ units: 32, returnSequences: true })`
 */
export function simpleRNN(options: SimpleRNNOptions): SimpleRNN {
  return new SimpleRNN(options);
}
