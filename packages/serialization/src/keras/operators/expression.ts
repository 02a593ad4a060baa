import { operatorOf } from '@manabi/layers/operations';
import type { Json, JsonObject } from '../json.ts';

/** A call of an operator of `keras.ops`, whose arguments may be results of further calls. */
export class Expression {
  /** Class name of the operator. */
  readonly operator: string;
  /** Options of the operator, with Keras's names. */
  readonly options: JsonObject;
  readonly args: readonly Argument[];
  /** Index of the result of the call that is used. */
  readonly output: number;

  constructor(operator: string, options: JsonObject, args: readonly Argument[], output = 0) {
    this.operator = operator;
    this.options = options;
    this.args = args;
    this.output = output;
  }
}

/** An argument of an operator: a JSON value in the form of Keras 3, a result of another operator, or a list of arguments. */
export type Argument = Json | Expression | readonly Argument[];

/** Returns a call of an operator. */
export function op(operator: string, args: readonly Argument[], options: JsonObject = {}): Expression {
  return new Expression(operator, options, args);
}

/** Returns a tensor of the graph in the form of Keras 3. */
export function tensorAt(ref: readonly Json[]): JsonObject {
  return { class_name: '__keras_tensor__', config: { shape: null, dtype: 'float32', keras_history: ref } };
}

/**
 * Returns the entries of a functional model that compute an expression, in the form of Keras 3. The last one has the given
 * name; the names of the others begin with it.
 */
export function entriesOf(root: Expression, name: string): readonly JsonObject[] {
  const entries: JsonObject[] = [];
  const names = new Map<Expression, string>();
  const written = (argument: Argument): Json => {
    if (argument instanceof Expression) return tensorAt([add(argument, null), 0, argument.output]);
    if (isArguments(argument)) return argument.map(written);
    return argument;
  };
  const add = (expression: Expression, given: string | null): string => {
    const known = names.get(expression);
    if (known !== undefined) return known;
    const { operator, options, args } = expression;
    const call = { args: args.map(written), kwargs: {} };
    const own = given ?? `${name}.operand${entries.length === 0 ? '' : `_${entries.length}`}`;
    names.set(expression, own);
    entries.push({
      module: `keras.src.ops.${operatorOf(operator)?.module ?? 'numpy'}`,
      class_name: operator,
      config: { name: own, ...options },
      registered_name: operator,
      name: own,
      inbound_nodes: [call],
    });
    return own;
  };
  add(root, name);
  return entries;
}

function isArguments(argument: Argument): argument is readonly Argument[] {
  return Array.isArray(argument);
}
