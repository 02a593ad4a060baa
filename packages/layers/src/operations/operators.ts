import { combined } from './combined.ts';
import { elementwise } from './elementwise.ts';
import { networks } from './networks.ts';
import type { Operator } from './operator.ts';
import { reductions } from './reductions.ts';
import { shapes } from './shapes.ts';

/** All operators, by their class names in Keras. */
const operators: Readonly<Record<string, Operator>> = {
  ...combined,
  ...elementwise,
  ...networks,
  ...reductions,
  ...shapes,
};

/**
 * Returns an operator by its class name in Keras, such as `ExpandDims`; undefined for an unknown name.
 *
 * @example
 * ```ts
 * import { operatorOf } from '@manabi/layers/operations';
 *
 * console.log(operatorOf('ExpandDims')?.module); // numpy
 * ```
 */
export function operatorOf(className: string): Operator | undefined {
  return Object.hasOwn(operators, className) ? operators[className] : undefined;
}

/**
 * Returns the class names of all operators.
 *
 * @example
 * ```ts
 * import { operatorNames } from '@manabi/layers/operations';
 *
 * console.log(operatorNames().includes('Matmul')); // true
 * ```
 */
export function operatorNames(): readonly string[] {
  return Object.keys(operators);
}
