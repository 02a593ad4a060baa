import type { Value } from '@manabi/ir';
import { fixedShape } from '../symbolic/length.ts';
import { int } from './attribute.ts';
import type { Scope } from './scope.ts';
import type { Term } from './term.ts';
import type { Writer } from './writer.ts';

/** Number of elements from which a guard takes less time than it saves. */
const FEWEST_ELEMENTS = 2 ** 10;

/** Returns whether a value may have a guard, and is large enough for it. */
export function mayGuard(scope: Scope, value: Value): boolean {
  const { file, isInner } = scope.writer;
  const { dtype, shape } = scope.type(value);
  const size = fixedShape(shape)?.reduce((product, length) => product * length, 1) ?? 0;
  return file.isGuarded && !isInner && dtype === 'float32' && size >= FEWEST_ELEMENTS;
}

/** Adds values to the guards of the file, which are finite only if these are. */
export function guard(w: Writer, terms: readonly Term[]): void {
  for (const term of terms) {
    w.file.guards.push(w.compute('ReduceSum', [term], { attributes: { keepdims: int(0) } }));
  }
}
