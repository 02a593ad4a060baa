import type { ElementContext } from '../operators/lowering.ts';
import { dataIndex, type IndexAtom, type IndexExpr } from '../scalar/index-expression.ts';

/** Numbers expressions of elements: two expressions have equal numbers exactly if they are equal as strings. */
export class ExpressionTable {
  readonly #numbers = new Map<string, number>();

  /** Returns the number of an expression. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** Returns the text of index expressions, equal for all sums of the same terms. */
  textOf(index: readonly IndexExpr[]): string {
    return index.map((expression) => this.#text(expression)).join(',');
  }

  /** Returns a context that records an operator's elements as numbers. */
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
