import { count, name as nonEmpty, readArgument } from '@manabi/errors';
import { keepsAxes, type Node } from '@manabi/ir';
import { emitOne } from './emit/emit.ts';
import { tensorKind } from './functions/argument-kinds.ts';
import { startMarking } from './lazy/marks.ts';
import type { LazyValue, Mark } from './lazy/value.ts';
import { lazyOf, Tensor } from './tensor.ts';

/**
 * Notes of one kind about tensors, such as masks of time steps. A note about first axes follows them: what functions of
 * tensors make has it, too, as long as these axes stay in place. So it is lost neither in `mul(x, 2)` nor in a sum over
 * later axes, and does not come out of a sum over the axes themselves.
 *
 * @typeParam T what is noted
 * @example
 * ```ts
 * const masks = new Notes<Tensor>('mask');
 * const x = masks.attach(embedded, mask, 2); // about [batch, steps] of [batch, steps, features]
 * masks.of(mul(x, 2)); // [mask]
 * ```
 */
export class Notes<T> {
  readonly name: string;

  /** @param name for debugging */
  constructor(name: string) {
    this.name = readArgument('Notes', 'name', name, nonEmpty);
  }

  /**
   * Returns a tensor of the same elements with a note, in place of others of this kind.
   *
   * @param axes how many of its first axes the note is about
   */
  attach(x: Tensor, note: T, axes: number): Tensor {
    readArgument('attach', 'axes', axes, count);
    const { value, others } = this.#copied(x);
    value.marks = [...others, { kind: this, value: note, axes }];
    return new Tensor(value);
  }

  /** Returns a tensor of the same elements without notes of this kind. */
  detach(x: Tensor): Tensor {
    const { value, others } = this.#copied(x);
    value.marks = others;
    return new Tensor(value);
  }

  /** Notes something about a tensor itself, in place of other notes of this kind. What functions make of it does not have it. */
  put(x: Tensor, note: T): void {
    const value = lazyOf(readArgument('put', 'x', x, tensorKind));
    value.marks = [...this.#others(value), { kind: this, value: note, axes: null }];
  }

  /** What is noted about a tensor: several things, if it was made of several tensors with different notes. */
  of(x: Tensor): readonly T[] {
    const own = (lazyOf(readArgument('of', 'x', x, tensorKind)).marks ?? []).filter(({ kind }) => kind === this);
    // Only these notes put in marks of this kind.
    return own.map(({ value }) => value as T);
  }

  #copied(x: Tensor): { readonly value: LazyValue; readonly others: readonly Mark[] } {
    startMarking(passOn);
    const { shape } = readArgument('Notes', 'x', x, tensorKind);
    const value = emitOne('reshape', [lazyOf(x)], { shape });
    return { value, others: this.#others(lazyOf(x)) };
  }

  #others(value: LazyValue): readonly Mark[] {
    return (value.marks ?? []).filter(({ kind }) => kind !== this);
  }
}

function passOn(template: Node, operands: readonly LazyValue[], results: readonly LazyValue[]): void {
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
