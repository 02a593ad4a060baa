import { isFloat } from '../dtype.ts';
import { type Graph, inputTypes, outputTypes } from '../graph.ts';
import { equalTypes, formatType, type TensorType } from '../shape.ts';
import { refusal } from './layout-checks.ts';
import type { Operator } from './operator.ts';

/** Names of the operators whose attributes hold graphs. */
export type ControlOps = 'call';

/** The operators whose attributes hold graphs. */
export const control: { readonly [K in ControlOps]: Operator<K> } = {
  /**
   * A graph under a name. Operands have the types of the body's inputs, results those of its outputs.
   * If `vjp` is given, its inputs are the operands, the results and a cotangent for each float result, and its outputs
   * a cotangent for each float operand.
   */
  call: {
    infer: (operands, { name, body, vjp }) => {
      checkTypes(name, 'operand', inputTypes(body), operands);
      const results = outputTypes(body);
      if (vjp !== null) checkVjp(name, vjp, operands, results);
      return results;
    },
    lowering: { class: 'call' },
  },
};

function checkVjp(name: string, vjp: Graph, operands: readonly TensorType[], results: readonly TensorType[]): void {
  const expected = [...operands, ...results, ...results.filter(({ dtype }) => isFloat(dtype))];
  checkTypes(name, 'vjp input', expected, inputTypes(vjp));
  const cotangents = operands.filter(({ dtype }) => isFloat(dtype));
  checkTypes(name, 'vjp output', cotangents, outputTypes(vjp));
}

function checkTypes(name: string, what: string, expected: readonly TensorType[], given: readonly TensorType[]): void {
  const describe = (types: readonly TensorType[]): string => `(${types.map(formatType).join(', ')})`;
  if (expected.length !== given.length) {
    throw refusal(
      'argument',
      'call',
      `${name} takes ${expected.length} ${what}s ${describe(expected)}, but ${given.length} were given ` +
        `${describe(given)}. Give it exactly those.`,
      { name, what, expected, given },
    );
  }
  const at = expected.findIndex((type, i) => !equalTypes(type, given[i]));
  if (at < 0) return;
  throw refusal(
    expected[at].dtype === given[at].dtype ? 'shape' : 'dtype',
    'call',
    `${name}: ${what} ${at} is ${formatType(given[at])}, but ${name} was made for ${formatType(expected[at])} there; ` +
      `all it takes are ${describe(expected)}.`,
    { name, what, at, expected: expected[at], given: given[at] },
  );
}
