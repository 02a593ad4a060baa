import type { Kind, OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { RecurrentCell } from './recurrent-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { type SequenceOptions, sequenceKinds } from './recurrent-options.ts';
import { cellKind, cellsKind, StackedRNNCells } from './stacked-rnn-cells.ts';

/** What `rnn` takes. */
export interface RNNOptions extends SequenceOptions {
  /** What computes a step; a list is stacked. */
  readonly cell: RecurrentCell | readonly RecurrentCell[];
}

/** The kind of cells; several are stacked. */
const cellOrCells: Kind<RecurrentCell> = {
  expected: 'a cell, such as lstmCell makes, or a list of cells',
  accepts: (given) => Array.isArray(given) || cellKind.accepts(given),
  read: (given, place) =>
    Array.isArray(given) ? new StackedRNNCells({ cells: cellsKind.read(given, place) }) : cellKind.read(given, place),
};

function kinds() {
  return { cell: cellOrCells, ...sequenceKinds() } satisfies OwnKindsOf<RNNOptions>;
}

/** A cell over sequences: see `rnn`. */
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
 * A recurrent layer of any cell: `[batch, steps, …]` to the last output, or to all with `returnSequences`. Called on `[x,
 * ...states]`, it begins with those states. The cell is traced once for all steps, unless `unroll` is set.
 *
 * @throws ManabiError `argument` unless there is a cell
 * @example `layers.rnn({ cell: [layers.gruCell({ units: 64 }), layers.gruCell({ units: 32 })] })`
 */
export function rnn(options: RNNOptions): RNN {
  return new RNN(options);
}
