import { ManabiError, reshape, type Shape, type Tensor } from '@manabi/core';
import {
  boolean,
  fraction,
  type KindsOf,
  nullable,
  type OptionValues,
  optional,
  positiveInteger,
} from '@manabi/errors';
import type { Layer, LayerOptions } from '../../layer/layer.ts';
import { regularizerKind } from '../../regularizers/table.ts';
import { type OneOrMany, type PartialShape, shapeList, type Tensors, toList } from '../../structure/nested.ts';
import { seedKind } from '../../structure/option-kinds.ts';
import { EinsumDense, type EinsumDenseOptions } from '../core/einsum-dense.ts';
import { type KernelAndBiasOptions, kernelAndBiasKinds } from '../core/kernel-and-bias.ts';

/** Options of attention layers with several heads. */
export interface HeadsOptions extends LayerOptions, KernelAndBiasOptions {
  /** Fraction of the attention scores that is dropped in training (default: 0). */
  readonly dropout?: number;
  /** Whether the projections have a bias (default: true). */
  readonly useBias?: boolean;
  /** Whether the output of each head is multiplied by a sigmoid projection of the query (default: false). */
  readonly useGate?: boolean;
  /**
   * Number of positions: a query attends only to keys that are less than this many positions away (default: null, no
   * limit).
   */
  readonly slidingWindow?: number | null;
  /** Seed mixed into the random key of each call; different seeds drop different elements (default: null). */
  readonly seed?: number | null;
}

/** Returns validators for the options of attention layers with several heads. */
export function headsKinds() {
  return {
    dropout: optional(fraction, 0),
    useBias: optional(boolean, true),
    useGate: optional(boolean, false),
    slidingWindow: optional(nullable(positiveInteger), null),
    ...kernelAndBiasKinds(),
    // Keras applies it to the projections rather than to the output of the layer.
    activityRegularizer: optional(regularizerKind, null),
    seed: optional(seedKind, null),
  } satisfies KindsOf<Omit<HeadsOptions, Exclude<keyof LayerOptions, 'activityRegularizer'>>>;
}

/** Config of attention layers with several heads. */
export type HeadsConfig = OptionValues<ReturnType<typeof headsKinds>>;

/** Options in which the projections of an attention layer differ. */
type Projection = Pick<EinsumDenseOptions, 'name' | 'equation' | 'outputShape' | 'activation'> & {
  readonly biasAxes: string;
};

/** Creates one projection (a dense layer) of an attention layer with several heads. */
export function projection(
  { config, dtypePolicy: dtype, trainable }: Layer<HeadsConfig>,
  own: Projection,
): EinsumDense {
  const { useBias, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer } = config;
  const { kernelConstraint, biasConstraint, activityRegularizer } = config;
  return new EinsumDense({
    ...own,
    biasAxes: useBias ? own.biasAxes : null,
    dtype,
    trainable,
    kernelInitializer,
    biasInitializer,
    kernelRegularizer,
    biasRegularizer,
    kernelConstraint,
    biasConstraint,
    activityRegularizer,
  });
}

/**
 * Projections of an attention layer with several heads: dense layers applied to query, key, gate, value and output.
 */
export interface Projections {
  readonly queryDense?: EinsumDense;
  readonly keyDense?: EinsumDense;
  readonly gateDense?: EinsumDense;
  readonly valueDense?: EinsumDense;
  readonly outputDense?: EinsumDense;
}

/**
 * Returns the projections of a built attention layer; `gateDense` is undefined if `useGate` is false.
 *
 * @throws ManabiError `argument` if the layer is not built
 */
export function builtProjections({ queryDense, keyDense, gateDense, valueDense, outputDense }: Projections) {
  if (queryDense && keyDense && valueDense && outputDense) {
    return { queryDense, keyDense, gateDense, valueDense, outputDense };
  }
  throw new ManabiError('argument', 'The attention layer is not built. Apply it to inputs, or call build() first.', {
    op: 'attention',
    data: { built: false },
  });
}

/** Inputs of an attention layer with several heads, by name. */
export interface HeadsInputs {
  readonly query: Tensor;
  readonly value: Tensor;
  readonly key: Tensor;
  /** Attention mask, which is the fourth input of the layer; null if there are fewer inputs. */
  readonly mask: Tensor | null;
}

/**
 * Returns by name the inputs [query, value], [query, value, key] or [query, value, key, mask].
 *
 * @throws ManabiError `argument` for another number of inputs; `shape` if values and keys differ in an axis other than
 * the last
 */
export function headsInputs(className: string, inputs: Tensors): HeadsInputs {
  const list = toList(inputs);
  if (list.length < 2 || list.length > 4) throw wrongInputs(className, list);
  const [query, value, key = value, mask = null] = list;
  if (formatOf(value.shape.slice(0, -1)) === formatOf(key.shape.slice(0, -1))) return { query, value, key, mask };
  throw new ManabiError(
    'shape',
    `Value and key must have equal shapes except for the last axis; got value ${formatOf(value.shape)} and key ` +
      `${formatOf(key.shape)}. Pass the inputs in the order [query, value, key].`,
    { op: className, data: { value: value.shape, key: key.shape } },
  );
}

/** Returns the shapes of query, value and key by name, from the list of shapes passed to `build`. */
export function headsShapes(className: string, shapes: OneOrMany<PartialShape>): readonly PartialShape[] {
  const list = shapeList(shapes);
  if (list.length < 2 || list.length > 4) throw wrongInputs(className, list);
  const [query, value, key = value] = list;
  return [query, value, key];
}

function wrongInputs(className: string, inputs: readonly unknown[]): ManabiError {
  return new ManabiError(
    'argument',
    'Inputs must be [query, value], [query, value, key] or [query, value, key, mask]; got ' +
      `${inputs.length === 1 ? 'one tensor' : `${inputs.length} inputs`}. For self-attention, call apply([x, x]).`,
    { op: className, data: { given: inputs.length } },
  );
}

function formatOf(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Inserts axes of length 1 before the last axes of a mask, for broadcasting against scores of the given rank. */
export function maskForScores(mask: Tensor | null, rank: number, lastAxes: number): Tensor | null {
  if (mask === null || mask.rank >= rank) return mask;
  const ones = Array.from({ length: rank - mask.rank }, () => 1);
  return reshape(mask, [...mask.shape.slice(0, -lastAxes), ...ones, ...mask.shape.slice(-lastAxes)]);
}
