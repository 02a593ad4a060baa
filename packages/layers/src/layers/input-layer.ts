import { type DType, ManabiError, type Tensor } from '@manabi/core';
import { checkIsObject, listOfLengths } from '../check-options.ts';
import { Layer } from '../layer.ts';
import type { PartialShape } from '../nested.ts';
import { newNode, type SymbolicTensor } from '../symbolic.ts';

/** What `input` and `inputLayer` take: one of `shape` and `batchShape`. */
export interface InputOptions {
  /** Without the batch's axis; null for lengths that may differ between batches. */
  readonly shape?: PartialShape;
  /** With the batch's axis. */
  readonly batchShape?: PartialShape;
  /** Length of the batch's axis, if all batches have one size; goes with `shape`. */
  readonly batchSize?: number | null;
  /** By default float32. */
  readonly dtype?: DType;
  readonly name?: string;
}

interface InputConfig {
  readonly batchShape: PartialShape;
}

/** Where a model's inputs come in: see `input`. */
export class InputLayer extends Layer<InputConfig> {
  static override readonly className: string = 'InputLayer';
  /** What stands for the input in a functional model. */
  readonly output: SymbolicTensor;

  constructor(given: InputOptions) {
    checkIsObject(new.target.className, given);
    const { shape, batchShape, batchSize = null, ...options } = given;
    const whole =
      batchShape ?? (shape === undefined ? undefined : [batchSize, ...listOfLengths('input', 'shape', shape)]);
    if (whole === undefined) {
      throw new ManabiError(
        'argument',
        'An input needs a shape, without the batch: input({ shape: [28, 28, 1] }); for single numbers, [].',
        { op: 'input', data: {} },
      );
    }
    super({ ...options, batchShape: whole }, { batchShape: whole });
    this.markBuilt();
    this.supportsMasking = true;
    this.output = newNode(this, [], {}, [{ shape: whole, dtype: this.dtype }]).outputs[0];
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/**
 * The input of a functional model.
 *
 * @throws ManabiError `argument` without a shape
 * @example
 * ```ts
 * const x = input({ shape: [784] });
 * const y = layers.dense({ units: 10 }).apply(x);
 * const digits = model({ inputs: x, outputs: y });
 * ```
 */
export function input(options: InputOptions): SymbolicTensor {
  return new InputLayer(options).output;
}

/** An input as a layer: the first of a sequential model. */
export function inputLayer(options: InputOptions): InputLayer {
  return new InputLayer(options);
}
