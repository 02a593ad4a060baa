import { count, name as nonEmpty, readArgument } from '@manabi/errors';
import { keepsAxes, type Node } from '@manabi/ir';
import { emitOne } from './emit/emit.ts';
import { tensorKind } from './functions/argument-kinds.ts';
import { startMarking } from './lazy/marks.ts';
import type { LazyValue, Mark } from './lazy/value.ts';
import { lazyOf, Tensor } from './tensor.ts';

/**
 * A kind of annotation (note) that can be attached to tensors, such as a mask of time steps. A note describes the first
 * axes of a tensor. Tensor functions copy it to their results as long as these axes are unchanged: the results of
 * `mul(x, 2)` and of sums over later axes have the note, results of sums over the annotated axes do not.
 *
 * @typeParam T type of the notes
 * @example
 * ```ts
 * import { mul, Notes, ones, sum } from 'manabi';
 *
 * const masks = new Notes<string>('mask');
 * const x = masks.attach(ones([2, 3, 4]), 'padding', 2);
 * console.log(masks.of(mul(x, 2))); // ['padding']
 * console.log(masks.of(sum(x, 1))); // []
 * ```
 */
export class Notes<T> {
  readonly name: string;

  /** @param name name of this kind of note, for debugging */
  constructor(name: string) {
    this.name = readArgument('Notes', 'name', name, nonEmpty);
  }

  /**
   * Returns a copy of a tensor with a note. The note replaces other notes of this kind on the tensor.
   *
   * @param axes number of leading axes that the note describes
   */
  attach(x: Tensor, note: T, axes: number): Tensor {
    readArgument('attach', 'axes', axes, count);
    const { value, others } = this.#copied(x);
    value.marks = [...others, { kind: this, value: note, axes }];
    return new Tensor(value);
  }

  /** Returns a copy of a tensor without notes of this kind. */
  detach(x: Tensor): Tensor {
    const { value, others } = this.#copied(x);
    value.marks = others;
    return new Tensor(value);
  }

  /**
   * Sets a note on the given tensor itself, in place of other notes of this kind. Tensor functions do not copy this
   * note to their results.
   */
  put(x: Tensor, note: T): void {
    const value = lazyOf(readArgument('put', 'x', x, tensorKind));
    value.marks = [...this.#others(value), { kind: this, value: note, axes: null }];
  }

  /**
   * Returns the notes of this kind on a tensor. There are several if the tensor was computed from tensors with
   * different notes.
   */
  of(x: Tensor): readonly T[] {
    const own = (lazyOf(readArgument('of', 'x', x, tensorKind)).marks ?? []).filter(({ kind }) => kind === this);
    // Marks with this instance as kind are created only by this instance, so their values have the type T.
    return own.map(({ value }) => value as T);
  }

  #copied(x: Tensor): { readonly value: LazyValue; readonly others: readonly Mark[] } {
    startMarking(propagate);
    const { shape } = readArgument('Notes', 'x', x, tensorKind);
    const value = emitOne('reshape', [lazyOf(x)], { shape });
    return { value, others: this.#others(lazyOf(x)) };
  }

  #others(value: LazyValue): readonly Mark[] {
    return (value.marks ?? []).filter(({ kind }) => kind !== this);
  }
}

function propagate(template: Node, operands: readonly LazyValue[], results: readonly LazyValue[]): void {
  operands.forEach(({ marks, type: { shape: from } }, operand) => {
    if (marks === null) return;
    for (const mark of marks) {
      const { axes } = mark;
      if (axes === null) continue;
      results.forEach((value, result) => {
        if (!keepsAxes(template, { operand, result }, axes, from, value.type.shape)) return;
        const known = value.marks ?? [];
        if (known.some((other) => other.kind === mark.kind && other.value === mark.value)) return;
        value.marks = [...known, mark];
      });
    }
  });
}
