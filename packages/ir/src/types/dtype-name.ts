import { ManabiError } from '@manabi/errors';
import { formatGiven, nearestNames } from '@manabi/errors/internal';
import { type DType, dtypeNames } from './dtype.ts';

/**
 * Checks that an argument is the name of a dtype. Programs in JavaScript may pass any value.
 *
 * @param op name of the calling function, for the error message
 * @throws ManabiError `dtype` if the name is unknown, with the nearest name
 * @example
 * ```ts
 * import { checkDTypeName } from '@manabi/ir';
 *
 * checkDTypeName('zeros', 'float32');
 * checkDTypeName('zeros', 'float'); // throws 'dtype'
 * ```
 */
export function checkDTypeName(op: string, dtype: unknown): asserts dtype is DType {
  if (dtypeNames.some((known) => known === dtype)) return;
  const given = formatGiven(dtype);
  const [nearest] = typeof dtype === 'string' ? nearestNames(dtype, dtypeNames, 1) : [];
  throw new ManabiError(
    'dtype',
    `\`dtype\` must be one of ${dtypeNames.join(', ')}; got ${given}.${nearest === undefined ? '' : ` Did you mean '${nearest}'?`}`,
    { op, data: { dtype: typeof dtype === 'string' ? dtype : given, known: dtypeNames } },
  );
}
