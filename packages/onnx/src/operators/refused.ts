import { ManabiError, type OpName } from '@manabi/ir';
import type { Row } from './row.ts';

/** The row of an operator that no file can hold: exporting it is an error with this reason. */
export function refused<K extends OpName>(reason: string): Row<K> {
  return {
    write: (_, { op }) => {
      throw new ManabiError('graph', `The operator ${op} cannot be exported. ${reason}`, {
        op: 'exportOnnx',
        data: { operator: op, reason },
      });
    },
  };
}
