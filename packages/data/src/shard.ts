import { ManabiError } from '@manabi/errors';
import { mapCardinality } from './cardinality.ts';
import type { RowOrder } from './rows.ts';
import { checkCount, pathAfter, rowStage, type Stage } from './stage.ts';

/** Returns a stage with the elements whose index has the remainder `index` when divided by `count`. */
export function shardStage<T>(upstream: Stage<T>, count: number, index: number): Stage<T> {
  checkCount('shard', 'count', count, 1);
  checkCount('shard', 'index', index, 0);
  if (index >= count) {
    throw new ManabiError('argument', `\`index\` must be less than \`count\` = ${count}; got ${index}.`, {
      op: 'shard',
      data: { name: 'index', index, count },
    });
  }
  const path = pathAfter(upstream, 'shard');
  const cardinality = mapCardinality(upstream.cardinality, (total) =>
    total === Infinity ? total : Math.max(0, Math.ceil((total - index) / count)),
  );
  const { rows } = upstream;
  if (rows !== undefined) {
    return rowStage(path, cardinality, { ...rows, order: () => every(rows.order(), count, index) });
  }
  return {
    path,
    cardinality,
    skipIterations: (iterations) => upstream.skipIterations(iterations),
    async *open(signal) {
      let number = 0;
      for await (const element of upstream.open(signal)) if (number++ % count === index) yield element;
    },
  };
}

function every(next: RowOrder, count: number, index: number): RowOrder {
  let number = 0;
  return () => {
    while (true) {
      const row = next();
      if (row < 0 || number++ % count === index) return row;
    }
  };
}
