import { ManabiError } from '@manabi/errors';
import { formatGiven, nearestNames } from '@manabi/errors/internal';
import { type DType, dtypeNames } from './dtype.ts';

/**
 * Checks a dtype's name, which may come from plain JavaScript.
 *
 * @throws ManabiError `dtype`
 */
export function checkDTypeName(op: string, dtype: unknown): asserts dtype is DType {
  if (dtypeNames.some((known) => known === dtype)) return;
  const given = formatGiven(dtype);
  const [nearest] = typeof dtype === 'string' ? nearestNames(dtype, dtypeNames, 1) : [];
  throw new ManabiError(
    'dtype',
    `The dtype must be one of ${dtypeNames.join(', ')}; got ${given}.${nearest === undefined ? '' : ` Did you mean '${nearest}'?`}`,
    { op, data: { dtype: typeof dtype === 'string' ? dtype : given, known: dtypeNames } },
  );
}
