import {
  add,
  broadcastTo,
  type ConvOptions,
  conv,
  mul,
  type PerAxis,
  reshape,
  type Shape,
  split,
  type Tensor,
} from '@manabi/core';
import { boolean, eachOf, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../../structure/nested.ts';
import { type SpatialPadding, spatialPadding } from '../convolution/convolution-options.ts';
import { addToChannels, asFilters, withChannelsSecond } from '../images/channels-second.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';
import { applyPerGate, type CellWeights, makeCellWeights, readCell, withForgetBias } from './cell-weights.ts';
import { knownLength } from './known-length.ts';
import { type CellRun, PreparedCell } from './recurrent-cell.ts';
import { type CellOptions, cellKinds, type GateOptions, gateKinds } from './recurrent-options.ts';

/** Options of the cells of convolutional LSTM layers. */
export interface ConvLSTMCellOptions extends CellOptions, Omit<GateOptions, 'implementation'> {
  /** Number of channels of output and states. */
  readonly filters: number;
  /** Size of the filters: one integer for all spatial axes, or one per axis. */
  readonly kernelSize: PerAxis;
  /** Step of the filters along each spatial axis of the input (default: 1). */
  readonly strides?: PerAxis;
  /** Padding of the input (default: `'valid'`). States always have `'same'` padding. */
  readonly padding?: SpatialPadding;
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
  /** Distance between adjacent elements of a filter in the input (default: 1). */
  readonly dilationRate?: PerAxis;
  /** Whether the bias of the forget gate is initialized to ones, instead of by `biasInitializer` (default: true). */
  readonly unitForgetBias?: boolean;
}

/**
 * Returns validators for the options of convolutional LSTM layers.
 *
 * @param rank number of spatial axes
 */
export function convLSTMKinds(rank: number) {
  return {
    filters: positiveInteger,
    kernelSize: eachOf(positiveInteger, rank),
    strides: optional(eachOf(positiveInteger, rank), 1),
    padding: spatialPadding,
    dataFormat: dataFormatKind,
    dilationRate: optional(eachOf(positiveInteger, rank), 1),
    recurrentActivation: gateKinds().recurrentActivation,
    unitForgetBias: optional(boolean, true),
    ...cellKinds(),
  } satisfies OwnKindsOf<ConvLSTMCellOptions>;
}

/** Cell of the convolutional LSTM layers: an LSTM cell with convolutions in place of matrix products. */
export class ConvLSTMCell extends PreparedCell<OptionValues<ReturnType<typeof convLSTMKinds>>> {
  static override readonly className: string = 'ConvLSTMCell';
  weightsOfGates?: CellWeights;

  constructor(rank: number, options: ConvLSTMCellOptions) {
    super(options, readLayerOptions(new.target, options, convLSTMKinds(rank)));
    this.inputSpec = [{ rank: rank + 2 }, { rank: rank + 2 }, { rank: rank + 2 }];
  }

  get stateSize(): readonly number[] {
    return [this.config.filters, this.config.filters];
  }

  override stateShapes(step: Shape): readonly Shape[] {
    const { filters, kernelSize, strides, padding, dataFormat, dilationRate } = this.config;
    const isLast = dataFormat === 'channelsLast';
    const lengths = (isLast ? step.slice(0, -1) : step.slice(1)).map((length, axis) => {
      const span = padding === 'same' ? 1 : (kernelSize[axis] - 1) * dilationRate[axis] + 1;
      return Math.max(0, Math.floor((length - span) / strides[axis]) + 1);
    });
    const shape = isLast ? [...lengths, filters] : [filters, ...lengths];
    return [shape, shape];
  }

  override build(inputShape: OneOrMany<PartialShape>): void {
    const { filters, kernelSize, dataFormat, unitForgetBias, biasInitializer } = this.config;
    const inputs = knownLength(this, shapeList(inputShape)[0], dataFormat === 'channelsLast' ? -1 : 1);
    this.weightsOfGates = makeCellWeights(
      this,
      {
        kernel: [...kernelSize, inputs, 4 * filters],
        recurrentKernel: [...kernelSize, filters, 4 * filters],
        bias: [4 * filters],
      },
      unitForgetBias ? withForgetBias(biasInitializer) : biasInitializer,
    );
  }

  override begin([batch, ...step]: Shape, context: CallContext): CellRun {
    const { activation, recurrentActivation, dataFormat, strides, padding, dilationRate: dilation } = this.config;
    const [state] = this.stateShapes(step);
    const shapes = { input: [batch, ...step], state: [batch, ...state], masks: 4 };
    const { kernel, recurrentKernel, bias, inputMasks, stateMasks } = readCell(this, context, shapes);
    const channels = dataFormat === 'channelsLast' ? -1 : 1;
    const convolve =
      (options: ConvOptions) =>
      (image: Tensor, filters: Tensor): Tensor =>
        withChannelsSecond(image, dataFormat, (x) => conv(x, asFilters(filters), options));
    const overInput = convolve({ strides, padding, dilation });
    const overState = convolve({ padding: 'same' });
    return {
      prepare: (x) => {
        const gates = acrossSteps(x, step.length + 1, inputMasks, (images, masks) => {
          const sums = applyPerGate(images, kernel, masks, overInput, channels);
          return bias === null ? sums : addToChannels(sums, bias, dataFormat);
        });
        return [gates];
      },
      step: ([sums], [hidden, carry]) => {
        const both = add(sums, applyPerGate(hidden, recurrentKernel, stateMasks, overState, channels));
        const gates = split(both, 4, channels);
        const [input, forget, , out] = gates.map((gate) => recurrentActivation(gate));
        const nextCarry = add(mul(forget, carry), mul(input, activation(gates[2])));
        const output = mul(out, activation(nextCarry));
        return { output, states: [output, nextCarry] };
      },
    };
  }
}

/**
 * Applies a function for batches of images to the images of all steps together, by merging the axes of steps and batch.
 */
function acrossSteps(
  x: Tensor,
  rank: number,
  masks: readonly Tensor[],
  apply: (images: Tensor, masks: readonly Tensor[]) => Tensor,
): Tensor {
  if (x.rank === rank) return apply(x, masks);
  const [steps, batch, ...image] = x.shape;
  const images = reshape(x, [steps * batch, ...image]);
  const repeated = masks.map((mask) => reshape(broadcastTo(mask, x.shape), images.shape));
  const y = apply(images, repeated);
  return reshape(y, [steps, batch, ...y.shape.slice(1)]);
}
