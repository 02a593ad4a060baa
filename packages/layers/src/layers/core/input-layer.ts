import { type DType, dtypeNames, ManabiError, type Tensor } from '@manabi/core';
import { type KindsOf, name, nullable, oneOf, optional, positiveInteger, readOptions } from '@manabi/errors';
import { Layer, newNode, type SymbolicTensor } from '../../layer/layer.ts';
import { dtypePolicy, variableDtypeOf } from '../../structure/dtype-policy.ts';
import type { PartialShape } from '../../structure/nested.ts';
import { partialShape } from '../../structure/option-kinds.ts';

/** Options of `input` and `inputLayer`. One of `shape` and `batchShape` is required. */
export interface InputOptions {
  /** Shape of one sample, without the batch axis; null for lengths that may vary. */
  readonly shape?: PartialShape;
  /** Shape of the input including the batch axis; replaces `shape` and `batchSize`. */
  readonly batchShape?: PartialShape | null;
  /** Length of the batch axis, used together with `shape` (default: null, any length). */
  readonly batchSize?: number | null;
  /** Dtype of the input (default: float32). */
  readonly dtype?: DType;
  /** Name of the layer. */
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

/** Layer that represents an input of a model; created by `inputLayer` and `input`. */
export class InputLayer extends Layer<InputConfig> {
  static override readonly className: string = 'InputLayer';
  readonly #output: SymbolicTensor;

  constructor(options: InputOptions) {
    // Saved configs contain `trainable`, although an input has no weights.
    const others = ['trainable'];
    const { shape, batchShape, batchSize, ...base } = readOptions('input', options, kinds, { others });
    const whole = batchShape ?? (shape === undefined ? null : [batchSize, ...shape]);
    if (whole === null) {
      throw new ManabiError(
        'argument',
        '`shape` is missing. Pass the shape of one sample without the batch axis: input({ shape: [28, 28, 1] }), or ' +
          'shape: [] for scalars.',
        { op: 'input', data: { name: 'shape', given: undefined } },
      );
    }
    super({ ...base, dtype: base.dtype ?? variableDtypeOf(dtypePolicy()), batchShape: whole }, { batchShape: whole });
    this.markBuilt();
    this.supportsMasking = true;
    this.#output = newNode(this, [], {}, [{ shape: whole, dtype: this.dtype }]).outputs[0];
  }

  /** Symbolic tensor that represents this input in a functional model. */
  override get input(): SymbolicTensor {
    return this.#output;
  }

  /** Symbolic tensor that represents this input in a functional model. */
  override get output(): SymbolicTensor {
    return this.#output;
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/**
 * Creates the input of a functional model: a symbolic tensor of shape [batch, ...shape].
 *
 * @throws ManabiError `argument` if neither `shape` nor `batchShape` is given, or for other invalid options
 * @example
 * ```ts
 * import { input, layers, model } from 'manabi';
 *
 * const x = input({ shape: [784] });
 * const y = layers.dense({ units: 10 }).apply(x);
 * console.log(y.shape); // [null, 10]
 * model({ inputs: x, outputs: y });
 * ```
 */
export function input(options: InputOptions): SymbolicTensor {
  return new InputLayer(options).output;
}

/**
 * Creates an input layer, which may be the first layer of a sequential model.
 *
 * @throws ManabiError `argument` if neither `shape` nor `batchShape` is given, or for other invalid options
 * @example
 * ```ts
 * import { layers, sequential } from 'manabi';
 *
 * const network = sequential([layers.inputLayer({ shape: [4] }), layers.dense({ units: 2 })]);
 * console.log(network.countParams()); // 10
 * ```
 */
export function inputLayer(options: InputOptions): InputLayer {
  return new InputLayer(options);
}
