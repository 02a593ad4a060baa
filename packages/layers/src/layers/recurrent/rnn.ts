import type { Kind, OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { RecurrentCell } from './recurrent-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { type SequenceOptions, sequenceKinds } from './recurrent-options.ts';
import { cellKind, cellsKind, StackedRNNCells } from './stacked-rnn-cells.ts';

/** Options of the layer `rnn`. */
export interface RNNOptions extends SequenceOptions {
  /** Cell that computes one step, or a list of cells to stack. */
  readonly cell: RecurrentCell | readonly RecurrentCell[];
}

/** Validator for the option `cell`; a list of cells is treated as one stacked cell. */
const cellOrCells: Kind<RecurrentCell> = {
  expected: 'a cell, such as lstmCell makes, or a list of cells',
  accepts: (given) => Array.isArray(given) || cellKind.accepts(given),
  read: (given, place) =>
    Array.isArray(given) ? new StackedRNNCells({ cells: cellsKind.read(given, place) }) : cellKind.read(given, place),
};

function kinds() {
  return { cell: cellOrCells, ...sequenceKinds() } satisfies OwnKindsOf<RNNOptions>;
}

/** Layer created by `rnn`. */
export class RNN extends RecurrentLayer<OptionValues<ReturnType<typeof kinds>>> {
  static override readonly className: string = 'RNN';

  constructor(options: RNNOptions) {
    super(options, readLayerOptions(new.target, options, kinds()));
    this.inputSpec = [{ minRank: 3 }];
  }

  get cell(): RecurrentCell {
    return this.config.cell;
  }
}

/**
 * Creates a recurrent layer from a cell: `output, states = cell(x[t], states)` for each step `t`. It maps
 * [batch, steps, ...] to the last output, or to all outputs with `returnSequences`. Inputs [x, ...states] set the initial
 * states. The cell is traced once for all steps, unless `unroll` is set.
 *
 * @throws ManabiError `argument` if `cell` is missing or another option is invalid
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.rnn({ cell: [layers.gruCell({ units: 4 }), layers.gruCell({ units: 2 })] });
 * console.log(layer.apply(ones([1, 5, 3])).shape); // [1, 2]
 * ```
 */
export function rnn(options: RNNOptions): RNN {
  return new RNN(options);
}
