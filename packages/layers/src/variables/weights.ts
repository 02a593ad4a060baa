import { fromHost, type HostArray, hostArray, isTensor, ManabiError, realize, type Tensor } from '@manabi/core';
import { kind, listOf, readArgument } from '@manabi/errors';
import { typeKind } from '../structure/type-kind.ts';
import type { Variable } from './variable.ts';
import { lease } from './variable-use.ts';

const valuesKind = listOf(kind('a tensor or a host array, such as getWeights() returns', isValue));

function isValue(given: unknown): given is HostArray | Tensor {
  if (isTensor(given)) return true;
  return (
    typeKind.accepts(given) && typeof given === 'object' && given !== null && 'data' in given && isArray(given.data)
  );
}

function isArray(data: unknown): boolean {
  return ArrayBuffer.isView(data) && !(data instanceof DataView);
}

/** Reads the values that variables have at the time of the call to the host. */
export async function readWeights(variables: readonly Variable[]): Promise<HostArray[]> {
  const { values, release } = lease(variables);
  try {
    await realize(values);
    return await Promise.all(values.map(async (t) => hostArray(t.dtype, t.shape, await t.data())));
  } finally {
    release();
  }
}

/**
 * Sets the values of variables. If one of the values is invalid, no variable changes. Host arrays are copied.
 *
 * @param owner name of the layer, for messages
 * @throws ManabiError `argument` for a wrong number of values; `shape` or `dtype` for a value that does not match
 */
export function writeWeights(
  owner: string,
  variables: readonly Variable[],
  values: readonly (HostArray | Tensor)[],
): void {
  readArgument('setWeights', 'values', values, valuesKind);
  if (values.length !== variables.length) {
    throw new ManabiError(
      'argument',
      `'${owner}' has ${variables.length} weights (${variables.map(({ path }) => path).join(', ')}); got ` +
        `${values.length} values. Pass them in the order of getWeights().`,
      { op: 'setWeights', data: { layer: owner, expected: variables.length, given: values.length } },
    );
  }
  variables.forEach((variable, i) => {
    variable.check(values[i]);
  });
  // Converts all values first: `fromHost` throws errors for invalid host arrays before a weight changes.
  const tensors = values.map((value) => (isTensor(value) ? value : fromHost({ ...value, data: value.data.slice() })));
  variables.forEach((variable, i) => {
    variable.assign(tensors[i]);
  });
}
