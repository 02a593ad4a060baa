import { expandDims, isTensor, logicalOr, ManabiError, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { isSymbolic, Layer, type LayerOptions, type SymbolicTensor } from '../../layer/layer.ts';

/** Inputs of a merging layer: tensors or symbolic tensors. */
export type Mergeable = readonly SymbolicTensor[] | readonly Tensor[];

/**
 * Base class of layers that merge a list of tensors into one.
 *
 * @throws ManabiError `argument`, when applied, for a single tensor or a wrong number of inputs
 */
export abstract class Merge<Config extends object = object> extends Layer<Config> {
  override supportsMasking = true;
  /** Required number of inputs; null for any number. */
  protected readonly inputCount: number | null = null;

  protected override checkCount(count: number, isGivenAsList: boolean): void {
    const expected = this.inputCount;
    if (isGivenAsList && (expected === null || count === expected)) return;
    const given = isGivenAsList ? `${count} input${count === 1 ? '' : 's'}` : 'one tensor';
    throw new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) takes a list of ${expected ?? 'several'} inputs; got ${given}. Call ` +
        'layer.apply([a, b]).',
      { op: this.className, data: { layer: this.name, expected, given: count } },
    );
  }

  /** Returns the logical OR of the masks of all inputs, or null if an input has no mask. */
  override computeMask(_inputs: readonly Tensor[], masks: readonly (Tensor | null)[]): Tensor | null {
    return masks.every(isTensor) ? masks.reduce((any, mask) => logicalOr(any, mask)) : null;
  }
}

/** Inserts axes of length 1 after the batch axis of each input until all inputs have the same rank, as Keras does. */
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

/**
 * Returns the mask of each input, with axes added for broadcasting against the input; null for an input without a mask.
 */
export function masksOver(inputs: readonly Tensor[], context: CallContext): readonly (Tensor | null)[] {
  return inputs.map((x, i) => {
    const mask = context.masks[i] ?? null;
    return mask === null || mask.rank >= x.rank ? mask : expandDims(mask, -1);
  });
}

/**
 * Type of functions such as `add`: called with options, they create a merging layer; called with inputs, as in
 * `layers.add([a, b])`, they apply the layer.
 */
export interface MergeFactory<Options extends LayerOptions, L extends Layer> {
  (options?: Options): L;
  (inputs: readonly SymbolicTensor[], options?: Options): SymbolicTensor;
  (inputs: readonly Tensor[], options?: Options): Tensor;
}

/** Creates the factory of a merging layer class, such as `add`, from a function that creates the layer. */
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

/** Applies a merging layer to a list of tensors, or of symbolic tensors. */
export function applyMerge(layer: Layer, inputs: Mergeable): SymbolicTensor | Tensor {
  return areSymbolic(inputs) ? layer.apply(inputs) : layer.apply(inputs);
}

/** Returns whether the first argument of a factory is a list of inputs rather than options. */
export function isMergeable(thing: LayerOptions | Mergeable | undefined): thing is Mergeable {
  return Array.isArray(thing);
}

function areSymbolic(inputs: Mergeable): inputs is readonly SymbolicTensor[] {
  return inputs.some((input: unknown) => isSymbolic(input));
}
