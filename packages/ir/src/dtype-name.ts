import { ManabiError } from '@manabi/errors';
import { dtypeNames } from './dtype.ts';

/**
 * Checks a dtype's name, which may come from plain JavaScript.
 *
 * @throws ManabiError `dtype`
 */
export function checkDTypeName(op: string, dtype: string): void {
  if (dtypeNames.some((known) => known === dtype)) return;
  throw new ManabiError('dtype', `There is no dtype ${dtype}. There are: ${dtypeNames.join(', ')}.`, {
    op,
    data: { dtype, known: dtypeNames },
  });
}
