import type { ElementContext } from '../operators/lowering.ts';
import { dataIndex, type IndexAtom, type IndexExpr } from '../scalar/index-expression.ts';

/**
 * Assigns numbers to expressions of elements. Two expressions get the same number if and only if they are equal as
 * text.
 */
export class ExpressionTable {
  readonly #numbers = new Map<string, number>();

  /** Returns the number of an expression that is given as text. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** Returns index expressions as text, which does not depend on the order of their terms. */
  textOf(index: readonly IndexExpr[]): string {
    return index.map((expression) => this.#text(expression)).join(',');
  }

  /** Returns an `ElementContext` in which a scalar is represented by the number of its expression. */
  recorder(): ElementContext<number> {
    return {
      operand: (position, index) => this.numberOf(`operand ${position} ${this.textOf(index)}`),
      constant: (value, dtype) => this.numberOf(`constant ${Object.is(value, -0) ? '-0' : value} ${dtype}`),
      instruction: (op, operands, dtype) => this.numberOf(`${op} ${operands.join()} ${dtype ?? ''}`),
      fromIndex: (index) => this.numberOf(`index ${this.#text(index)}`),
      toIndex: (scalar, extent) => dataIndex(scalar, extent),
    };
  }

  #text({ constant, terms }: IndexExpr): string {
    const parts = terms.map(({ atom, factor }) => `${factor}*${this.#atomText(atom)}`);
    return `${constant}+${parts.sort().join('+')}`;
  }

  #atomText(atom: IndexAtom): string {
    switch (atom.kind) {
      case 'axis':
        return `axis${atom.axis}`;
      case 'data':
        return `data${atom.scalar}<${atom.extent}`;
      case 'quotient':
      case 'remainder':
        return `${atom.kind}(${this.#text(atom.of)})${atom.by}`;
    }
  }
}
