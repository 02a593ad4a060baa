import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { ConvLSTMCell, type ConvLSTMCellOptions, convLSTMKinds } from './conv-lstm-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { ofCell, type SequenceOptions, sequenceKinds } from './recurrent-options.ts';

/** What `convLstm1d`, `convLstm2d` and `convLstm3d` take. */
export interface ConvLSTMOptions extends ConvLSTMCellOptions, SequenceOptions {}

function kinds(rank: number) {
  return { ...convLSTMKinds(rank), ...sequenceKinds() } satisfies OwnKindsOf<ConvLSTMOptions>;
}

abstract class ConvLSTM extends RecurrentLayer<OptionValues<ReturnType<typeof kinds>>> {
  /** Number of spatial axes. */
  static readonly rank: number = 0;
  readonly cell: ConvLSTMCell;

  constructor(options: ConvLSTMOptions) {
    const { rank } = new.target;
    super(options, readLayerOptions(new.target, options, kinds(rank)));
    const { dtype, trainable } = this;
    this.cell = new ConvLSTMCell(rank, { ...ofCell(this.config), name: 'conv_lstm_cell', dtype, trainable });
    this.inputSpec = [{ rank: rank + 3 }];
  }
}

/** A convolutional LSTM over sequences of sequences: see `convLstm1d`. */
export class ConvLSTM1D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM1D';
  static override readonly rank = 1;
}

/** As `convLstm2d`, over steps of one spatial axis: `[batch, steps, length, channels]`. */
export function convLstm1d(options: ConvLSTMOptions): ConvLSTM1D {
  return new ConvLSTM1D(options);
}

/** A convolutional LSTM over sequences of images: see `convLstm2d`. */
export class ConvLSTM2D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM2D';
  static override readonly rank = 2;
}

/**
 * An LSTM whose products are convolutions (Shi et al., 2015): `[batch, steps, rows, columns, channels]` to `[batch, rows',
 * columns', filters]`, or with an axis of steps by `returnSequences`. The convolution of the input has the strides and
 * padding that are asked for, that of the state has stride 1 and padding `same`. Weights, with the gates i, f, c, o side by
 * side: kernel `[height, width, channels, 4 * filters]`, recurrent kernel `[height, width, filters, 4 * filters]`, bias.
 *
 * @throws ManabiError `argument` for wrong options; when applied, `shape` if a filter is larger than the image
 * @example `layers.convLstm2d({ filters: 16, kernelSize: 3, padding: 'same', returnSequences: true })`
 */
export function convLstm2d(options: ConvLSTMOptions): ConvLSTM2D {
  return new ConvLSTM2D(options);
}

/** A convolutional LSTM over sequences of volumes: see `convLstm3d`. */
export class ConvLSTM3D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM3D';
  static override readonly rank = 3;
}

/** As `convLstm2d`, over steps of three spatial axes: `[batch, steps, planes, rows, columns, channels]`. */
export function convLstm3d(options: ConvLSTMOptions): ConvLSTM3D {
  return new ConvLSTM3D(options);
}
