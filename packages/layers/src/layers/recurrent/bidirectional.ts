import { add, concatenate, div, flip, ManabiError, mul, type Tensor } from '@manabi/core';
import { type Kind, kind, nullable, oneOf, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList, type Tensors, toList } from '../../structure/nested.ts';
import { copyLayer } from '../core/copy-layer.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import type { SequenceConfig } from './recurrent-options.ts';

/** How the outputs of both directions are merged: concatenated, added, multiplied or averaged. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave';

type Recurrent = RecurrentLayer<SequenceConfig>;

/** Options of the layer `bidirectional`. */
export interface BidirectionalOptions extends LayerOptions {
  /** Recurrent layer for the forward direction. `bidirectional` uses a copy of the layer. */
  readonly layer: Recurrent;
  /** How the outputs of both directions are merged; null returns them as a list (default: `'concat'`). */
  readonly mergeMode?: MergeMode | null;
  /** Recurrent layer for the backward direction (default: null, a copy of `layer` with `goBackwards`). */
  readonly backwardLayer?: Recurrent | null;
}

const merges: { readonly [M in MergeMode]: (forward: Tensor, backward: Tensor) => Tensor } = {
  concat: (forward, backward) => concatenate([forward, backward], -1),
  sum: (forward, backward) => add(forward, backward),
  mul: (forward, backward) => mul(forward, backward),
  ave: (forward, backward) => div(add(forward, backward), 2),
};

const recurrentKind: Kind<Recurrent> = kind(
  'a recurrent layer, such as lstm, gru or rnn make',
  (given): given is Recurrent => given instanceof RecurrentLayer,
);

const kinds = {
  layer: recurrentKind,
  mergeMode: optional(nullable(oneOf('concat', 'sum', 'mul', 'ave')), 'concat'),
  backwardLayer: optional(nullable(recurrentKind), null),
} satisfies OwnKindsOf<BidirectionalOptions>;

function resolved(layerClass: LayerClassName, options: BidirectionalOptions) {
  const { layer: given, mergeMode, backwardLayer } = readLayerOptions(layerClass, options, kinds);
  const copy = (changes: Readonly<Record<string, unknown>>): Recurrent =>
    recurrentKind.read(copyLayer(given, changes), { op: 'Bidirectional', name: 'layer' });
  const layer = copy({ name: `forward_${given.name.replace(/^forward_/, '')}` });
  const backward =
    backwardLayer ?? copy({ name: `backward_${given.name.replace(/^backward_/, '')}`, goBackwards: true });
  checkDirections(layer, backward);
  return { layer, mergeMode, backwardLayer: backward };
}

function checkDirections(forward: Recurrent, backward: Recurrent): void {
  const fail = (option: string, message: string): never => {
    throw new ManabiError('argument', message, {
      op: 'Bidirectional',
      data: { name: option, forward: forward.name, backward: backward.name },
    });
  };
  if (forward.config.goBackwards === backward.config.goBackwards) {
    const direction = forward.config.goBackwards ? 'backwards' : 'forwards';
    const message = `\`layer\` and \`backwardLayer\` must read in opposite directions; both read ${direction}.`;
    fail('goBackwards', `${message} Set \`goBackwards\` for one of them.`);
  }
  for (const option of ['stateful', 'returnSequences', 'returnState'] as const) {
    if (forward.config[option] === backward.config[option]) continue;
    const values = `${forward.config[option]} and ${backward.config[option]}`;
    fail(option, `\`layer\` and \`backwardLayer\` must have the same \`${option}\`; got ${values}.`);
  }
}

/** Layer created by `bidirectional`. */
export class Bidirectional extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'Bidirectional';
  override supportsMasking = true;

  constructor(options: BidirectionalOptions) {
    super(options, resolved(new.target, options));
    this.inputSpec = this.config.layer.inputSpec;
  }

  /** Recurrent layer that reads sequences forwards. */
  get forwardLayer(): Recurrent {
    return this.config.layer;
  }

  /** Recurrent layer that reads sequences backwards. */
  get backwardLayer(): Recurrent {
    return this.config.backwardLayer;
  }

  override build(inputShape: OneOrMany<PartialShape>): void {
    const [shape] = shapeList(inputShape);
    for (const layer of [this.forwardLayer, this.backwardLayer]) layer.ensureBuilt({ shape, dtype: this.dtype });
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    const { mergeMode } = this.config;
    const { returnSequences, returnState } = this.forwardLayer.config;
    const [x, ...states] = toList(inputs);
    const half = states.length / 2;
    if (!Number.isInteger(half)) throw this.#oddStates(states.length);
    // With masks, the outputs of both directions are merged step by step, and masked steps contribute zeros.
    const layerContext = context.with({
      zeroOutputForMask: returnSequences,
      ...(context.isMaskGiven ? { mask: context.mask } : {}),
    });
    const [forward, ...forwardStates] = this.forwardLayer.applyAll([x, ...states.slice(0, half)], layerContext);
    const [read, ...backwardStates] = this.backwardLayer.applyAll([x, ...states.slice(half)], layerContext);
    const backward = returnSequences ? flip(read, 1) : read;
    const outputs = mergeMode === null ? [forward, backward] : [merges[mergeMode](forward, backward)];
    const all = returnState ? [...outputs, ...forwardStates, ...backwardStates] : outputs;
    return all.length === 1 ? all[0] : all;
  }

  override computeMask(_inputs: Tensors, masks: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    const mask = this.forwardLayer.config.returnSequences ? masks[0] : null;
    return this.config.mergeMode === null ? [mask, mask] : [mask];
  }

  /**
   * Resets the states of both directions of a stateful layer to zeros, or to the given states: forward states, then
   * backward states.
   */
  resetState(states?: readonly Tensor[]): void {
    const half = this.forwardLayer.states.length;
    this.forwardLayer.resetState(states?.slice(0, half));
    this.backwardLayer.resetState(states?.slice(half));
  }

  #oddStates(count: number): ManabiError {
    return new ManabiError(
      'argument',
      `Layer '${this.name}' (Bidirectional) takes the same number of initial states for both directions, forward states first; got ` +
        `${count} states in total.`,
      { op: 'Bidirectional', data: { layer: this.name, given: count } },
    );
  }
}

/**
 * Creates a layer that runs one recurrent layer forwards and another one backwards over sequences, and merges their
 * outputs step by step. Source: M. Schuster, K. Paliwal, "Bidirectional recurrent neural networks", 1997. With
 * `returnState`, the output is followed by the states of the forward and then of the backward layer. The input has shape
 * [batch, steps, features]. With `mergeMode: 'concat'`, the output has twice the units of one layer.
 *
 * @throws ManabiError `argument` for invalid options, or for layers that read in the same direction or differ in `stateful`,
 * `returnSequences` or `returnState`
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.bidirectional({ layer: layers.lstm({ units: 4, returnSequences: true }) });
 * console.log(layer.apply(ones([2, 5, 3])).shape); // [2, 5, 8]
 * ```
 */
export function bidirectional(options: BidirectionalOptions): Bidirectional {
  return new Bidirectional(options);
}
