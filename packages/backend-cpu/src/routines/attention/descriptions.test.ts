import { describe, expect, test } from '@jest/globals';
import { routineTable } from '@manabi/compiler';
import { graphBuilder } from '@manabi/ir';
import { attentionCall } from '@manabi/ir/attention';
import { descriptionsFor } from '../when-needed.ts';

describe('descriptionsFor in pages', () => {
  test('loads descriptions of routines only for graphs with attention, also within loops', async () => {
    const type = { dtype: 'float32', shape: [4, 4] } as const;
    const body = graphBuilder();
    const x = body.input(type);
    const attended = body.finish(
      body.emit('call', [x, x, x], attentionCall([type, type, type], { scale: 1, causal: true })),
    );
    const builder = graphBuilder();
    const carry = { body: attended, carries: 1, xs: 0, length: 3, reverse: false };
    const loop = builder.finish(builder.scan([builder.input(type)], carry));

    const plain = graphBuilder();
    expect(descriptionsFor(plain.finish([plain.neg(plain.input(type))]))).toBe(routineTable);
    const loading = descriptionsFor(loop);
    expect(loading).toBeInstanceOf(Promise);
    await loading;
    const names = Object.keys(descriptionsFor(loop));
    expect(names).toEqual(expect.arrayContaining(['dot', 'attention', 'attentionGradient']));
  });
});
