import { type DType, dtypeNames, ManabiError, type Tensor } from '@manabi/core';
import { type KindsOf, name, nullable, oneOf, optional, positiveInteger, readOptions } from '@manabi/errors';
import { Layer, newNode, type SymbolicTensor } from '../../layer/layer.ts';
import type { PartialShape } from '../../structure/nested.ts';
import { partialShape } from '../../structure/option-kinds.ts';

/** What `input` and `inputLayer` take: one of `shape` and `batchShape`. */
export interface InputOptions {
  /** Without the batch's axis; null for lengths that may differ between batches. */
  readonly shape?: PartialShape;
  /** With the batch's axis. */
  readonly batchShape?: PartialShape | null;
  /** Length of the batch's axis, if all batches have one size; goes with `shape`. */
  readonly batchSize?: number | null;
  /** By default float32. */
  readonly dtype?: DType;
  readonly name?: string | null;
}

const kinds = {
  shape: optional(partialShape),
  batchShape: optional(nullable(partialShape)),
  batchSize: optional(nullable(positiveInteger), null),
  dtype: optional(oneOf(...dtypeNames)),
  name: optional(nullable(name)),
} satisfies KindsOf<InputOptions>;

interface InputConfig {
  readonly batchShape: PartialShape;
}

/** Where a model's inputs come in: see `input`. */
export class InputLayer extends Layer<InputConfig> {
  static override readonly className: string = 'InputLayer';
  /** What stands for the input in a functional model. */
  readonly output: SymbolicTensor;

  constructor(options: InputOptions) {
    // Configs have it, too: an input has nothing to train.
    const others = ['trainable'];
    const { shape, batchShape, batchSize, ...base } = readOptions('input', options, kinds, { others });
    const whole = batchShape ?? (shape === undefined ? null : [batchSize, ...shape]);
    if (whole === null) {
      throw new ManabiError(
        'argument',
        '`shape` is required, without the axis of the batch: input({ shape: [28, 28, 1] }), or [] for single numbers.',
        { op: 'input', data: { name: 'shape', given: undefined } },
      );
    }
    super({ ...base, batchShape: whole }, { batchShape: whole });
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
