import type { Plan, RoutineStep, TopKAttributes } from '@manabi/compiler';
import { ShaderModule } from '../wgsl/shader-module.ts';
import { shaderOf } from './entry-point.ts';
import { isBetter } from './kernel-writer.ts';
import type { Shader } from './shader.ts';
import { ShaderBuffers } from './shader-buffers.ts';

const THREADS = 64;

/**
 * Returns the shader of `topK`, which selects the k best elements of each row, in order. Each invocation counts the
 * better elements in the row of its element; the count is the position of the element in the result. The time grows
 * with the square of the row length.
 *
 * @returns null if the result is empty
 */
export function topKShader(plan: Plan, step: RoutineStep<TopKAttributes>): Shader | null {
  const { dtype, rows, length, k, largest } = step.attributes;
  if (rows * k === 0) return null;
  const module = new ShaderModule();
  const buffers = new ShaderBuffers(plan, step, module);
  const [input] = step.operands;
  const [values, indices] = step.results;
  const better = isBetter(module, dtype, largest, largest);
  const elements = rows * length;
  return shaderOf(module, buffers, {
    name: 'topK',
    lanes: THREADS,
    groups: Math.ceil(elements / THREADS),
    body: [
      `let at = group * ${THREADS}u + lane;`,
      `if (at >= ${elements}u) { return; }`,
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
    ],
  });
}
