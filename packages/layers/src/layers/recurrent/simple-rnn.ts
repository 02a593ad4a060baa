import { add, matmul, type Shape, simpleRnn } from '@manabi/core';
import { type OptionValues, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../../structure/nested.ts';
import { applyPerGate, type CellWeights, makeCellWeights, readCell } from './cell-weights.ts';
import { knownLength } from './known-length.ts';
import { recurrentName } from './recurrent-activations.ts';
import { type CellRun, PreparedCell } from './recurrent-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { type CellOptions, cellConfigOf, cellKinds, type SequenceOptions, sequenceKinds } from './recurrent-options.ts';

/** Options of `simpleRNNCell`. */
export interface SimpleRNNCellOptions extends CellOptions {
  /** Number of features of output and state. */
  readonly units: number;
}

/** Options of the layer `simpleRNN`. */
export interface SimpleRNNOptions extends SimpleRNNCellOptions, SequenceOptions {}

function cellOptions() {
  return { units: positiveInteger, ...cellKinds() } satisfies OwnKindsOf<SimpleRNNCellOptions>;
}

function layerOptions() {
  return { ...cellOptions(), ...sequenceKinds() } satisfies OwnKindsOf<SimpleRNNOptions>;
}

/** Cell created by `simpleRNNCell`. */
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
    const { kernel, recurrentKernel, bias, inputMasks, stateMasks } = readCell(this, context, shapes);
    const name = recurrentName(activation);
    const named = name !== null && inputMasks.length + stateMasks.length === 0;
    return {
      sequence: named
        ? (x, states, order) => simpleRnn(x, { kernel, recurrentKernel, bias, states, activation: name, ...order })
        : null,
      prepare: (x) => {
        const sums = applyPerGate(x, kernel, inputMasks, matmul);
        return [bias === null ? sums : add(sums, bias)];
      },
      step: ([sums], [state]) => {
        const output = activation(add(sums, applyPerGate(state, recurrentKernel, stateMasks, matmul)));
        return { output, states: [output] };
      },
    };
  }
}

/**
 * Creates the cell of a simple recurrent layer, which computes one step: see `simpleRNN`. It maps [x, h] to [output, h],
 * where both results are the new state. Weights: `kernel` [inputs, units], `recurrent_kernel` [units, units], `bias`
 * [units].
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, ones, zeros } from 'manabi';
 *
 * const cell = layers.simpleRNNCell({ units: 2 });
 * const [output, state] = cell.applyAll([ones([1, 3]), zeros([1, 2])]);
 * console.log([output.shape, state.shape]); // [[1, 2], [1, 2]]
 * ```
 */
export function simpleRNNCell(options: SimpleRNNCellOptions): SimpleRNNCell {
  return new SimpleRNNCell(options);
}

/** Layer created by `simpleRNN`. */
export class SimpleRNN extends RecurrentLayer<OptionValues<ReturnType<typeof layerOptions>>> {
  static override readonly className: string = 'SimpleRNN';
  readonly cell: SimpleRNNCell;

  constructor(options: SimpleRNNOptions) {
    super(options, readLayerOptions(new.target, options, layerOptions()));
    const { dtypePolicy: dtype, trainable } = this;
    this.cell = new SimpleRNNCell({ ...cellConfigOf(this.config), name: 'simple_rnn_cell', dtype, trainable });
    this.inputSpec = [{ rank: 3 }];
  }
}

/**
 * Creates a simple recurrent layer, whose output is its state: `h = activation(x · W + h · U + b)`. It maps
 * [batch, steps, inputs] to [batch, units], or to [batch, steps, units] with `returnSequences`. Inputs [x, h] set the
 * initial state. Source: J. Elman, "Finding structure in time", 1990.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank or no steps
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const ones = { kernelInitializer: 'ones', recurrentInitializer: 'ones' };
 * const result = layers.simpleRNN({ units: 1, activation: null, ...ones }).apply(tensor([[[1], [2]]]));
 * console.log(await result.array()); // [[3]]
 * ```
 */
export function simpleRNN(options: SimpleRNNOptions): SimpleRNN {
  return new SimpleRNN(options);
}
