import { ManabiError } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import { RecurrentCell } from './recurrent-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { type SequenceOptions, sequenceSettings } from './recurrent-options.ts';
import { StackedRNNCells } from './stacked-rnn-cells.ts';

/** What `rnn` takes. */
export interface RNNOptions extends SequenceOptions {
  /** What computes a step; a list is stacked. */
  readonly cell: RecurrentCell | readonly RecurrentCell[];
}

function checkedCell(cell: RNNOptions['cell']): RecurrentCell {
  if (cell instanceof RecurrentCell) return cell;
  if (Array.isArray(cell)) return new StackedRNNCells({ cells: cell });
  throw new ManabiError(
    'argument',
    `The option cell of RNN is a cell, such as lstmCell makes, or a class of yours that extends RecurrentCell; not ` +
      `${typeof cell}.`,
    { op: 'RNN', data: { option: 'cell', given: typeof cell } },
  );
}

function resolved(options: RNNOptions) {
  return { cell: checkedCell(options.cell), ...sequenceSettings(options) };
}

/** A cell over sequences: see `rnn`. */
export class RNN extends RecurrentLayer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'RNN';

  constructor(options: RNNOptions) {
    checkAreGiven(new.target.className, options);
    super(options, resolved(options));
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
