import { add, matmul, type Shape, simpleRnn } from '@manabi/core';
import { type OptionValues, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../../structure/nested.ts';
import { type CellWeights, makeCellWeights, readCell, throughGates } from './cell-weights.ts';
import { knownLength } from './known-length.ts';
import { recurrentName } from './recurrent-activations.ts';
import { type CellRun, PreparedCell } from './recurrent-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { type CellOptions, cellKinds, ofCell, type SequenceOptions, sequenceKinds } from './recurrent-options.ts';

/** What `simpleRNNCell` takes. */
export interface SimpleRNNCellOptions extends CellOptions {
  /** Length of output and state. */
  readonly units: number;
}

/** What `simpleRNN` takes. */
export interface SimpleRNNOptions extends SimpleRNNCellOptions, SequenceOptions {}

function cellOptions() {
  return { units: positiveInteger, ...cellKinds() } satisfies OwnKindsOf<SimpleRNNCellOptions>;
}

function layerOptions() {
  return { ...cellOptions(), ...sequenceKinds() } satisfies OwnKindsOf<SimpleRNNOptions>;
}

/** `activation(x W + b + h U)`: see `simpleRNNCell`. */
export class SimpleRNNCell extends PreparedCell<OptionValues<ReturnType<typeof cellOptions>>> {
  static override readonly className: string = 'SimpleRNNCell';
  weightsOfGates?: CellWeights;

  constructor(options: SimpleRNNCellOptions) {
    super(options, readLayerOptions(new.target, options, cellOptions()));
    this.inputSpec = [{ rank: 2 }, { rank: 2 }];
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

/** A recurrent layer whose output is its state: see `simpleRNN`. */
export class SimpleRNN extends RecurrentLayer<OptionValues<ReturnType<typeof layerOptions>>> {
  static override readonly className: string = 'SimpleRNN';
  readonly cell: SimpleRNNCell;

  constructor(options: SimpleRNNOptions) {
    super(options, readLayerOptions(new.target, options, layerOptions()));
    const { dtype, trainable } = this;
    this.cell = new SimpleRNNCell({ ...ofCell(this.config), name: 'simple_rnn_cell', dtype, trainable });
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
