import { add, concatenate, div, flip, ManabiError, mul, type Tensor } from '@manabi/core';
import { type Kind, kind, nullable, oneOf, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList, type Tensors, toList } from '../../structure/nested.ts';
import { copyLayer } from '../core/copy-layer.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import type { SequenceConfig } from './recurrent-options.ts';

/** How the outputs of both directions become one. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave';

type Recurrent = RecurrentLayer<SequenceConfig>;

/** What `bidirectional` takes. */
export interface BidirectionalOptions extends LayerOptions {
  /** What reads forwards: a recurrent layer, which is copied. */
  readonly layer: Recurrent;
  /** By default `concat`; null returns both outputs. */
  readonly mergeMode?: MergeMode | null;
  /** What reads backwards; by default a copy of `layer`, with `goBackwards`. */
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
  const complain = (option: string, message: string): never => {
    throw new ManabiError('argument', message, {
      op: 'Bidirectional',
      data: { name: option, forward: forward.name, backward: backward.name },
    });
  };
  if (forward.config.goBackwards === backward.config.goBackwards) {
    const way = forward.config.goBackwards ? 'backwards' : 'forwards';
    complain('goBackwards', `Both layers read ${way}. Set goBackwards for one of them.`);
  }
  for (const option of ['stateful', 'returnSequences', 'returnState'] as const) {
    if (forward.config[option] === backward.config[option]) continue;
    complain(option, `Both layers must agree in \`${option}\`, which is set for one of them alone.`);
  }
}

/** A recurrent layer in both directions: see `bidirectional`. */
export class Bidirectional extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'Bidirectional';
  override supportsMasking = true;

  constructor(options: BidirectionalOptions) {
    super(options, resolved(new.target, options));
    this.inputSpec = this.config.layer.inputSpec;
  }

  /** What reads forwards. */
  get forwardLayer(): Recurrent {
    return this.config.layer;
  }

  /** What reads backwards. */
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
    // With masks, the two are merged step by step, where a hidden step is to count for nothing.
    const within = context.with({
      zeroOutputForMask: returnSequences,
      ...(context.isMaskGiven ? { mask: context.mask } : {}),
    });
    const [forward, ...forwardStates] = this.forwardLayer.applyAll([x, ...states.slice(0, half)], within);
    const [read, ...backwardStates] = this.backwardLayer.applyAll([x, ...states.slice(half)], within);
    const backward = returnSequences ? flip(read, 1) : read;
    const outputs = mergeMode === null ? [forward, backward] : [merges[mergeMode](forward, backward)];
    const all = returnState ? [...outputs, ...forwardStates, ...backwardStates] : outputs;
    return all.length === 1 ? all[0] : all;
  }

  override computeMask(_inputs: Tensors, masks: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    const mask = this.forwardLayer.config.returnSequences ? masks[0] : null;
    return this.config.mergeMode === null ? [mask, mask] : [mask];
  }

  /** Lets both directions of a stateful layer begin anew, with zeros or with given states. */
  resetState(states?: readonly Tensor[]): void {
    const half = this.forwardLayer.states.length;
    this.forwardLayer.resetState(states?.slice(0, half));
    this.backwardLayer.resetState(states?.slice(half));
  }

  #oddStates(count: number): ManabiError {
    return new ManabiError(
      'argument',
      `Layer '${this.name}' (Bidirectional) begins with states of both directions, those of reading forwards first, but ` +
        `was given ${count}: an odd number.`,
      { op: 'Bidirectional', data: { layer: this.name, given: count } },
    );
  }
}

/**
 * A recurrent layer that reads forwards, another that reads backwards, and their outputs as one, step by step (Schuster,
 * Paliwal, 1997). With `returnState`, the states follow: those of reading forwards, then the others.
 *
 * @throws ManabiError `argument` for another layer, or two that do not go together
 * @example `layers.bidirectional({ layer: layers.lstm({ units: 32, returnSequences: true }) })`
 */
export function bidirectional(options: BidirectionalOptions): Bidirectional {
  return new Bidirectional(options);
}
