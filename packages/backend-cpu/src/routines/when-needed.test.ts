import { describe, expect, test } from '@jest/globals';
import { compilePlan } from '@manabi/compiler';
import { graphBuilder } from '@manabi/ir';
import { cpuTarget } from '../target.ts';
import { emittersFor } from './when-needed.ts';

describe('emittersFor in pages', () => {
  test('loads the emitter of topK with the first plan that has it', async () => {
    const builder = graphBuilder();
    const x = builder.input({ dtype: 'float32', shape: [4, 9] });
    const plan = compilePlan(builder.finish(builder.topK(x, 3, 1, true)), { target: cpuTarget, donated: [] });

    const loading = emittersFor(plan);
    expect(loading).toBeInstanceOf(Promise);
    expect(Object.keys(await loading).sort()).toEqual([
      'attention',
      'attentionGradient',
      'dot',
      'matMulInteger',
      'topK',
    ]);
    expect(emittersFor(plan)).toBe(await loading);
  });
});
