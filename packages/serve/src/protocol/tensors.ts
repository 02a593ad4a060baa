import { dtypes, type HostArray, hostArray, type Shape } from '@manabi/ir';
import { describeJson, isNumbers, type JsonNumbers, type JsonValue } from '../json/json-value.ts';
import { elements } from '../predictor/elements.ts';
import type { Port } from '../predictor/predictor.ts';
import { ServeError } from '../serve-error.ts';

/** Numbers of a request for one input, before they are checked. */
export interface GivenNumbers {
  readonly kind: JsonNumbers['kind'] | 'binary';
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** Formats the shape of an input for messages: `[batch, 28, 28, 1]`. */
export function formatShape({ shape }: Port): string {
  return `[${shape.map((length, axis) => (axis === 0 && length === null ? 'batch' : (length ?? 'any'))).join(', ')}]`;
}

/**
 * Returns the numbers in a JSON value.
 *
 * @throws ServeError `invalid` for strings, null and objects
 */
export function numbersIn(value: JsonValue | undefined, { name, element }: Port): JsonNumbers {
  if (value !== undefined && isNumbers(value)) return value;
  throw new ServeError(
    'invalid',
    `Input '${name}' must be an array of ${elements[element].name}; got ${describeJson(value)}.`,
    { data: { input: name } },
  );
}

/**
 * Converts the numbers of an input to an array of the model's dtype.
 *
 * @throws ServeError `invalid` for another shape than that of the input, and for elements that its type cannot represent
 */
export function arrayFor(port: Port, given: GivenNumbers): HostArray {
  const { name, element, shape } = port;
  checkShape(port, given.shape);
  const { dtype, isInteger, min, max } = elements[element];
  if (given.kind === 'booleans' && element !== 'BOOL') {
    throw new ServeError('invalid', `Input '${name}' must contain ${elements[element].name}; got booleans.`, {
      data: { input: name },
    });
  }
  const { data } = given;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value >= min && value <= max && (!isInteger || Number.isInteger(value))) continue;
    const range = isInteger ? `integers in [${min}, ${max}]` : `finite numbers of ${elements[element].name}`;
    throw new ServeError(
      'invalid',
      `Input '${name}' must contain ${range}; got ${value} at index [${indexOf(i, given.shape).join(', ')}].`,
      { data: { input: name, value, index: indexOf(i, given.shape), shape } },
    );
  }
  const array = dtypes[dtype].create(data.length);
  array.set(data);
  return hostArray(dtype, given.shape, array);
}

function checkShape(port: Port, given: Shape): void {
  const { name, shape } = port;
  const isSame =
    given.length === shape.length && shape.every((length, axis) => length === null || length === given[axis]);
  if (isSame && given[0] > 0) return;
  const isSample =
    given.length === shape.length - 1 &&
    shape.slice(1).every((length, axis) => length === null || length === given[axis]);
  const advice =
    isSame && given[0] === 0
      ? ' Send at least one sample.'
      : isSample
        ? ' Put the sample into an array: [sample].'
        : '';
  throw new ServeError(
    'invalid',
    `Input '${name}' must have shape ${formatShape(port)}; got [${given.join(', ')}].${advice}`,
    { data: { input: name, expected: shape, given } },
  );
}

/** Returns the index of an element on each axis. */
function indexOf(position: number, shape: Shape): readonly number[] {
  const index: number[] = [];
  let rest = position;
  for (const length of shape.toReversed()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}
