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
import { biasedSoftmax, maskedSoftmax } from '../activation/softmax.ts';
import { EinsumDense, type EinsumDenseOptions } from '../core/einsum-dense.ts';
import { type KernelAndBiasOptions, kernelAndBiasKinds } from '../core/kernel-and-bias.ts';

/** What attention layers of several heads take alike. */
export interface HeadsOptions extends LayerOptions, KernelAndBiasOptions {
  /** Share of the scores that is dropped in training; by default 0. */
  readonly dropout?: number;
  /** By default true. */
  readonly useBias?: boolean;
  /** Whether outputs of heads are multiplied by a sigmoid of the query; by default false. */
  readonly useGate?: boolean;
  /** How near a key must be to be seen: less than so many places from the query; by default null, all are. */
  readonly slidingWindow?: number | null;
  /** Tells the draws of this layer from those of others; by default null. */
  readonly seed?: number | null;
}

/** The options of attention layers of several heads. */
export function headsKinds() {
  return {
    dropout: optional(fraction, 0),
    useBias: optional(boolean, true),
    useGate: optional(boolean, false),
    slidingWindow: optional(nullable(positiveInteger), null),
    ...kernelAndBiasKinds(),
    // Keras gives it to the projections, not to the layer's output.
    activityRegularizer: optional(regularizerKind, null),
    seed: optional(seedKind, null),
  } satisfies KindsOf<Omit<HeadsOptions, Exclude<keyof LayerOptions, 'activityRegularizer'>>>;
}

/** What is known of all of them. */
export type HeadsConfig = OptionValues<ReturnType<typeof headsKinds>>;

/** What tells a projection from the others of its layer. */
type Projection = Pick<EinsumDenseOptions, 'name' | 'equation' | 'outputShape' | 'activation'> & {
  readonly biasAxes: string;
};

/** A projection of a layer with heads. */
export function projection({ config, dtype, trainable }: Layer<HeadsConfig>, own: Projection): EinsumDense {
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

/** The projections of a layer with heads. */
export interface Projections {
  readonly queryDense?: EinsumDense;
  readonly keyDense?: EinsumDense;
  readonly gateDense?: EinsumDense;
  readonly valueDense?: EinsumDense;
  readonly outputDense?: EinsumDense;
}

/**
 * Those that every built layer has, and the gate.
 *
 * @throws ManabiError `argument` if the layer is not built
 */
export function builtProjections({ queryDense, keyDense, gateDense, valueDense, outputDense }: Projections) {
  if (queryDense && keyDense && valueDense && outputDense) {
    return { queryDense, keyDense, gateDense, valueDense, outputDense };
  }
  throw new ManabiError('argument', 'Attention has no projections before it is built: call it on data, or build it.', {
    op: 'attention',
    data: { built: false },
  });
}

/** The inputs of attention with heads. */
export interface HeadsInputs {
  readonly query: Tensor;
  readonly value: Tensor;
  readonly key: Tensor;
  /** What queries may see, as the last of four inputs; null if it was not given. */
  readonly mask: Tensor | null;
}

/**
 * `[query, value]`, `[query, value, key]` or `[query, value, key, mask]`, by name.
 *
 * @throws ManabiError `argument` for another number; `shape` if values and keys differ in more than their features
 */
export function headsInputs(className: string, inputs: Tensors): HeadsInputs {
  const list = toList(inputs);
  if (list.length < 2 || list.length > 4) throw wrongInputs(className, list);
  const [query, value, key = value, mask = null] = list;
  if (formatOf(value.shape.slice(0, -1)) === formatOf(key.shape.slice(0, -1))) return { query, value, key, mask };
  throw new ManabiError(
    'shape',
    `Values and keys are alike but for their last axes, yet values have shape ${formatOf(value.shape)}, keys ` +
      `${formatOf(key.shape)}. The order is [query, value, key].`,
    { op: className, data: { value: value.shape, key: key.shape } },
  );
}

/** Shapes of query, value and key given to `build`. */
export function headsShapes(className: string, shapes: OneOrMany<PartialShape>): readonly PartialShape[] {
  const list = shapeList(shapes);
  if (list.length < 2 || list.length > 4) throw wrongInputs(className, list);
  const [query, value, key = value] = list;
  return [query, value, key];
}

function wrongInputs(className: string, inputs: readonly unknown[]): ManabiError {
  return new ManabiError(
    'argument',
    `${className} takes [query, value], [query, value, key] or [query, value, key, mask], value before key; got ` +
      `${inputs.length === 1 ? 'one tensor' : `${inputs.length} inputs`}. For self-attention, apply([x, x]).`,
    { op: className, data: { given: inputs.length } },
  );
}

function formatOf(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** A mask over the last axes of scores, with axes of length 1 before those, so that it broadcasts. */
export function maskForScores(mask: Tensor | null, scores: Tensor, lastAxes: number): Tensor | null {
  if (mask === null || mask.rank >= scores.rank) return mask;
  const ones = Array.from({ length: scores.rank - mask.rank }, () => 1);
  return reshape(mask, [...mask.shape.slice(0, -lastAxes), ...ones, ...mask.shape.slice(-lastAxes)]);
}

/**
 * Shares of the scores, `[…, queries, keys]`. A query that may see nothing gets equal shares from fused attention, and
 * none where scores are wanted or dropped: as Keras has it.
 */
export function sharesOf(scores: Tensor, mask: Tensor | null, axes: readonly number[], isFused: boolean): Tensor {
  return isFused ? biasedSoftmax(scores, mask, axes) : maskedSoftmax(scores, mask, axes);
}
