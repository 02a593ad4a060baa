import type { Tensor } from '@manabi/core';
import { anything, optional, recordOf, text } from '@manabi/errors';
import { unknownName } from '@manabi/errors/internal';
import type { CallContext } from '../call/context.ts';
import { Layer, type LayerOptions } from '../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../layer/layer-kinds.ts';
import { type Tensors, toList } from '../structure/nested.ts';
import { Given } from './given.ts';
import { type CallOperands, type Operand, operandValue } from './operand.ts';
import type { Operator } from './operator.ts';
import { operatorNames, operatorOf } from './operators.ts';

/** Options of the layer `Operation`. */
export interface OperationOptions extends LayerOptions {
  /** Class name of the operator in Keras: `Mean`, `ExpandDims`. */
  readonly operator: string;
  /** Options of the operator, such as `axis`, with Keras's names in camelCase (default: {}). */
  readonly options?: Readonly<Record<string, unknown>>;
}

const kinds = {
  operator: text,
  options: optional(recordOf(anything<unknown>()), {}),
} satisfies OwnKindsOf<OperationOptions>;

/**
 * An operator of `keras.ops` as a layer of a functional model. It has no weights, drops masks as Keras does, and computes in
 * the dtypes of its inputs. The call option `operands` lists the arguments of a call; without it, the inputs are the
 * arguments, in order.
 *
 * @throws ManabiError `argument` for an unknown operator, with the nearest names; calls throw `argument` for arguments that
 * the operator does not support
 */
export class Operation extends Layer<{
  readonly operator: string;
  readonly options: Readonly<Record<string, unknown>>;
}> {
  static override readonly className: string = 'Operation';
  override readonly autocast: boolean = false;
  readonly #operator: Operator;

  constructor(options: OperationOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
    const { operator } = this.config;
    const found = operatorOf(operator);
    if (found === undefined) {
      throw unknownName({ op: 'Operation', name: 'operator' }, 'the name of an operator', operator, operatorNames());
    }
    this.#operator = found;
  }

  /** Module of the operator's class in Keras, such as `keras.src.ops.numpy`. */
  get kerasModule(): string {
    return `keras.src.ops.${this.#operator.module}`;
  }

  override call(inputs: Tensors, { options }: CallContext): Tensors {
    const list = toList(inputs);
    const operands = isOperands(options.operands) ? options.operands : inOrder(list, this.#operator);
    const given = { ...this.config.options, ...this.#bound(operands, list) };
    return this.#operator.compute(new Given(`${this.config.operator} ('${this.name}')`, given));
  }

  /** An operator drops the masks of its inputs. */
  override computeMask(): null {
    return null;
  }

  /** Returns the arguments of a call by name. */
  #bound({ args, kwargs }: CallOperands, inputs: readonly Tensor[]): Readonly<Record<string, unknown>> {
    const { call } = this.#operator;
    const bound: [string, unknown][] = [];
    args.forEach((operand, i) => {
      const value = operandValue(operand, inputs);
      const name = call[i] ?? '';
      if (name.startsWith('...')) bound.push([name.slice(3), args.slice(i).map((each) => operandValue(each, inputs))]);
      else if (name !== '') bound.push([name, value]);
    });
    for (const [name, operand] of Object.entries(kwargs)) bound.push([name, operandValue(operand, inputs)]);
    return Object.fromEntries(bound);
  }
}

/** Returns the arguments of a call whose inputs are its arguments; several inputs of an operator of one argument are a list. */
function inOrder(inputs: readonly Tensor[], { call }: Operator): CallOperands {
  const args = inputs.map((_, input): Operand => ({ input }));
  const isList = call.length === 1 && (args.length > 1 || call[0] === 'xs') && !call[0].startsWith('...');
  return { args: isList ? [args] : args, kwargs: {} };
}

function isOperands(value: unknown): value is CallOperands {
  return typeof value === 'object' && value !== null && 'args' in value && 'kwargs' in value;
}
