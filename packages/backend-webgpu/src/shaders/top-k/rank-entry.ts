import type { RoutineStep, TopKAttributes } from '@manabi/compiler';
import { entryPerItem } from '../entry-per-item.ts';
import type { EntryPoint } from '../entry-point.ts';
import type { ShaderBuffers } from '../shader-buffers.ts';
import type { DraftTools } from '../step-draft.ts';

/**
 * Returns code in which each invocation counts the elements of a row that are better than its own. The count is the
 * position of its element in the result.
 */
export function rankEntry(step: RoutineStep<TopKAttributes>, buffers: ShaderBuffers, tools: DraftTools): EntryPoint {
  const { dtype, rows, length, k, largest } = step.attributes;
  const [input] = step.operands;
  const [values, indices] = step.results;
  const better = tools.isBetter(dtype, largest, largest);
  return entryPerItem('topK', rows * length, 'at', [
    `let row = i32(at / ${length}u);`,
    `let own = i32(at % ${length}u);`,
    `let value = ${buffers.load(input, `(row * ${length}i + own)`)};`,
    'var rank = 0i;',
    `for (var other = 0i; other < ${length}i; other++) {`,
    `if (${better}(${buffers.load(input, `(row * ${length}i + other)`)}, other, value, own)) { rank++; }`,
    '}',
    `if (rank < ${k}i) {`,
    buffers.store(values, `(row * ${k}i + rank)`, 'value'),
    buffers.store(indices, `(row * ${k}i + rank)`, 'own'),
    '}',
  ]);
}
