import { definitionsOf, type Instruction, type Kernel } from '@manabi/compiler';
import { type DType, dtypes, type IndexAtom, type IndexExpr } from '@manabi/ir';
import { clampedTo, hull, only, type Range, scaled, sumOf, wholeAxis } from './range.ts';

/** All values of an int32. */
const int32: Range = { low: dtypes.int32.min, high: dtypes.int32.max };

/**
 * Bounds the index expressions of a kernel, for given ranges of some of its axes. Follows integers through the kernel's
 * scalars, because the pieces of a concatenation, for example, are read at indices that are clamped to the piece.
 */
export class IndexRanges {
  readonly #definitions: ReadonlyMap<number, Instruction>;
  readonly #scalars: readonly DType[];
  readonly #axes: ReadonlyMap<number, Range>;
  readonly #known = new Map<number, Range>();

  /** @param axes ranges of axes; all others have all indices up to their extent */
  constructor({ body, scalars }: Kernel, axes: ReadonlyMap<number, Range>) {
    this.#definitions = definitionsOf(body);
    this.#scalars = scalars;
    this.#axes = axes;
  }

  /** Returns a range that contains all values of an expression. */
  of(index: IndexExpr): Range {
    return index.terms.reduce(
      (sum, { atom, factor }) => sumOf(sum, scaled(this.#atom(atom), factor)),
      only(index.constant),
    );
  }

  #atom(atom: IndexAtom): Range {
    switch (atom.kind) {
      case 'axis':
        return this.#axes.get(atom.axis) ?? wholeAxis(atom.extent);
      case 'data':
        return clampedTo(this.#scalar(atom.scalar), wholeAxis(atom.extent));
      case 'quotient': {
        const { low, high } = this.of(atom.of);
        return { low: Math.floor(low / atom.by), high: Math.floor(high / atom.by) };
      }
      case 'remainder': {
        const { low, high } = this.of(atom.of);
        const isWhole = Math.floor(low / atom.by) !== Math.floor(high / atom.by);
        return isWhole ? wholeAxis(atom.by) : { low: low % atom.by, high: high % atom.by };
      }
    }
  }

  /** Returns a range that contains all values of a scalar: all of int32 if they are unknown. */
  #scalar(scalar: number): Range {
    const known = this.#known.get(scalar);
    if (known !== undefined) return known;
    const instruction = this.#definitions.get(scalar);
    const found = instruction === undefined || this.#scalars[scalar] !== 'int32' ? int32 : this.#result(instruction);
    // Results that overflow may be any integer.
    const range = found.low < int32.low || found.high > int32.high ? int32 : found;
    this.#known.set(scalar, range);
    return range;
  }

  #result(instruction: Instruction): Range {
    switch (instruction.kind) {
      case 'index':
        return this.of(instruction.index);
      case 'constant':
        return only(instruction.value);
      case 'checkedIndex':
        return clampedTo(this.#scalar(instruction.operand), wholeAxis(instruction.extent));
      case 'scalar':
        return this.#operation(instruction);
      default:
        return int32;
    }
  }

  #operation({ op, operands }: Extract<Instruction, { kind: 'scalar' }>): Range {
    const [first, second, third] = operands;
    const both = (join: (x: Range, y: Range) => Range): Range => join(this.#scalar(first), this.#scalar(second));
    switch (op) {
      case 'add':
        return both(sumOf);
      case 'sub':
        return both((x, y) => sumOf(x, scaled(y, -1)));
      case 'neg':
        return scaled(this.#scalar(first), -1);
      case 'max':
        return both((x, y) => ({ low: Math.max(x.low, y.low), high: Math.max(x.high, y.high) }));
      case 'min':
        return both((x, y) => ({ low: Math.min(x.low, y.low), high: Math.min(x.high, y.high) }));
      case 'select':
        return hull(this.#scalar(second), this.#scalar(third));
      default:
        return int32;
    }
  }
}
