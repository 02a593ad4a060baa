import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { ConvLSTMCell, type ConvLSTMCellOptions, convLSTMKinds } from './conv-lstm-cell.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { cellConfigOf, type SequenceOptions, sequenceKinds } from './recurrent-options.ts';

/** Options of `convLstm1d`, `convLstm2d` and `convLstm3d`. */
export interface ConvLSTMOptions extends ConvLSTMCellOptions, SequenceOptions {}

function kinds(rank: number) {
  return { ...convLSTMKinds(rank), ...sequenceKinds() } satisfies OwnKindsOf<ConvLSTMOptions>;
}

abstract class ConvLSTM extends RecurrentLayer<OptionValues<ReturnType<typeof kinds>>> {
  /** Number of spatial axes of the input: 1, 2 or 3. */
  static readonly rank: number = 0;
  readonly cell: ConvLSTMCell;

  constructor(options: ConvLSTMOptions) {
    const { rank } = new.target;
    super(options, readLayerOptions(new.target, options, kinds(rank)));
    const { dtypePolicy: dtype, trainable } = this;
    this.cell = new ConvLSTMCell(rank, { ...cellConfigOf(this.config), name: 'conv_lstm_cell', dtype, trainable });
    this.inputSpec = [{ rank: rank + 3 }];
  }
}

/** Layer created by `convLstm1d`. */
export class ConvLSTM1D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM1D';
  static override readonly rank = 1;
}

/**
 * Creates a convolutional LSTM layer for sequences with one spatial axis, [batch, steps, length, channels]: see `convLstm2d`.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is longer than the spatial axis,
 * or for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.convLstm1d({ filters: 4, kernelSize: 3 });
 * console.log(layer.apply(layers.input({ shape: [5, 8, 1] })).shape); // [null, 6, 4]
 * ```
 */
export function convLstm1d(options: ConvLSTMOptions): ConvLSTM1D {
  return new ConvLSTM1D(options);
}

/** Layer created by `convLstm2d`. Weights: `kernel` [height, width, channels, 4 · filters], `recurrent_kernel`, `bias`. */
export class ConvLSTM2D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM2D';
  static override readonly rank = 2;
}

/**
 * Creates a convolutional LSTM layer: an LSTM whose products are convolutions. It maps
 * [batch, steps, rows, columns, channels] to [batch, newRows, newColumns, filters], with an axis of steps after the batch
 * if `returnSequences` is set. Source: X. Shi et al., "Convolutional LSTM network: a machine learning approach for
 * precipitation nowcasting", 2015.
 *
 * `strides`, `padding` and `dilationRate` apply to the convolution of the input; that of the state has stride 1 and `'same'`
 * padding. Weights, with the gates i, f, c, o adjacent: `kernel` [height, width, channels, 4 · filters], `recurrent_kernel`
 * [height, width, filters, 4 · filters], `bias` [4 · filters].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is larger than the image, or for
 * an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.convLstm2d({ filters: 4, kernelSize: 3, padding: 'same', returnSequences: true });
 * console.log(layer.apply(layers.input({ shape: [5, 8, 8, 1] })).shape); // [null, 5, 8, 8, 4]
 * ```
 */
export function convLstm2d(options: ConvLSTMOptions): ConvLSTM2D {
  return new ConvLSTM2D(options);
}

/** Layer created by `convLstm3d`. */
export class ConvLSTM3D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM3D';
  static override readonly rank = 3;
}

/**
 * Creates a convolutional LSTM layer for sequences of volumes, [batch, steps, planes, rows, columns, channels]: see
 * `convLstm2d`.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is larger than the volume, or
 * for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.convLstm3d({ filters: 2, kernelSize: 3, padding: 'same' });
 * console.log(layer.apply(layers.input({ shape: [2, 4, 4, 4, 1] })).shape); // [null, 4, 4, 4, 2]
 * ```
 */
export function convLstm3d(options: ConvLSTMOptions): ConvLSTM3D {
  return new ConvLSTM3D(options);
}
