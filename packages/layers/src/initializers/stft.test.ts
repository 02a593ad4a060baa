import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { random, type Shape } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { type StftOptions, stft } from './index.ts';
import { getInitializer } from './table.ts';
import { WINDOW_NAMES } from './windows.ts';

// Written by tooling/goldens/initializers/stft.py with Keras and SciPy's windows.
const goldens: readonly { readonly options: StftOptions; readonly shape: Shape; readonly kernel: readonly number[] }[] =
  JSON.parse(readFileSync(new URL('../goldens/stft.json', import.meta.url), 'utf8'));

const KEY = random.key(0);

describe('stft', () => {
  test.each(goldens.map((golden) => ({ ...golden, title: JSON.stringify(golden.options) })))(
    'draws the kernel that Keras draws, for options $title and shape $shape',
    async ({ options, shape, kernel }) => {
      const drawn = getInitializer({ className: 'STFT', config: { ...options } }).draw(KEY, shape, 'float32');
      expect(drawn.shape).toEqual(shape);
      // Keras computes angles in float32, which limits the precision of its results.
      assertArraysClose(await drawn.data(), kernel, { rtol: 1e-5, atol: 2e-6 });
    },
  );

  test('every window has reference results from Keras', () => {
    const seen = new Set(goldens.map(({ options }) => options.window));
    expect(WINDOW_NAMES.filter((name) => !seen.has(name))).toEqual([]);
  });

  test('rejects unknown values of options, kernels of the wrong shape and windows of the wrong length', () => {
    // @ts-expect-error no such side
    expect(() => stft({ side: 'left' })).toThrow(expect.objectContaining({ code: 'argument' }));
    // @ts-expect-error no such window
    expect(() => stft({ window: 'door' })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => stft().draw(KEY, [4, 2, 3], 'float32')).toThrow(expect.objectContaining({ code: 'shape' }));
    const short = stft({ window: [1, 1] });
    expect(() => short.draw(KEY, [4, 1, 3], 'float32')).toThrow(
      expect.objectContaining({ code: 'shape', data: { shape: [4, 1, 3], window: 2 } }),
    );
  });
});
