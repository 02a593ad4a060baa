import { expandDims, isTensor, logicalOr, ManabiError, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { isSymbolic, Layer, type LayerOptions, type SymbolicTensor } from '../../layer/layer.ts';

/** What is merged: several tensors, or symbolic ones. */
export type Mergeable = readonly SymbolicTensor[] | readonly Tensor[];

/**
 * A layer that makes one tensor of several: the base of those that do so elementwise.
 *
 * @throws ManabiError `argument`, when called, for a single input
 */
export abstract class Merge<Config extends object = object> extends Layer<Config> {
  override supportsMasking = true;
  /** How many inputs there must be; null for any number. */
  protected readonly inputCount: number | null = null;

  protected override checkCount(count: number, isGivenAsList: boolean): void {
    const wanted = this.inputCount;
    if (isGivenAsList && (wanted === null || count === wanted)) return;
    throw new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) merges ${wanted ?? 'several'} inputs; got ${count}. Call it on a list: ` +
        'layer.apply([a, b]).',
      { op: this.className, data: { layer: this.name, expected: wanted, given: count } },
    );
  }

  /** Any of the masks, if all inputs have one. */
  override computeMask(_inputs: readonly Tensor[], masks: readonly (Tensor | null)[]): Tensor | null {
    return masks.every(isTensor) ? masks.reduce((any, mask) => logicalOr(any, mask)) : null;
  }
}

/** Inputs of different ranks as Keras aligns them: new axes of length 1 stand behind the batch's. */
export function alignedRanks(inputs: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...inputs.map((x) => x.rank));
  return inputs.map((x) =>
    x.rank === rank
      ? x
      : expandDims(
          x,
          Array.from({ length: rank - x.rank }, (_, i) => i + 1),
        ),
  );
}

/** The mask of an input, so that it broadcasts against it; null if there is none. */
export function masksOver(inputs: readonly Tensor[], context: CallContext): readonly (Tensor | null)[] {
  return inputs.map((x, i) => {
    const mask = context.masks[i] ?? null;
    return mask === null || mask.rank >= x.rank ? mask : expandDims(mask, -1);
  });
}

/** A factory of merging layers that, given inputs, applies the layer at once: `layers.add([a, b])`. */
export interface MergeFactory<Options extends LayerOptions, L extends Layer> {
  (options?: Options): L;
  (inputs: readonly SymbolicTensor[], options?: Options): SymbolicTensor;
  (inputs: readonly Tensor[], options?: Options): Tensor;
}

/** The factory of a class. */
export function mergeFactory<Options extends LayerOptions, L extends Layer>(
  make: (options: Options | undefined) => L,
): MergeFactory<Options, L> {
  function merge(options?: Options): L;
  function merge(inputs: readonly SymbolicTensor[], options?: Options): SymbolicTensor;
  function merge(inputs: readonly Tensor[], options?: Options): Tensor;
  function merge(first?: Options | Mergeable, second?: Options): L | SymbolicTensor | Tensor {
    return isMergeable(first) ? applyMerge(make(second), first) : make(first);
  }
  return merge;
}

/** Applies a layer to what is merged. */
export function applyMerge(layer: Layer, inputs: Mergeable): SymbolicTensor | Tensor {
  return areSymbolic(inputs) ? layer.apply(inputs) : layer.apply(inputs);
}

/** Whether a factory was given inputs rather than options. */
export function isMergeable(thing: LayerOptions | Mergeable | undefined): thing is Mergeable {
  return Array.isArray(thing);
}

function areSymbolic(inputs: Mergeable): inputs is readonly SymbolicTensor[] {
  return inputs.some((input: unknown) => isSymbolic(input));
}
