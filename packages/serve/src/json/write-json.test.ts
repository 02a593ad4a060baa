import { describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/ir';
import fc from 'fast-check';
import { checkFinite, nestedJson } from './write-json.ts';

const written = (values: readonly number[]) =>
  [...nestedJson({ dtype: 'float32', data: Float32Array.from(values) }, [values.length])].join('');

describe('nestedJson', () => {
  test('writes float32 so that reading the text gives the same bits', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true })), (values) => {
        expect(Float32Array.from(JSON.parse(written(values)))).toEqual(Float32Array.from(values));
      }),
      { numRuns: 300 },
    );
  });

  test('writes few digits', () => {
    expect(written([0.1, 1 / 3, 16777216, 1e-8, -0, 3e38])).toBe('[0.1,0.33333334,16777216,1e-8,-0,3e+38]');
  });

  test('nests arrays, and writes bool as true and false', () => {
    const bits = { dtype: 'bool', data: Uint8Array.of(0, 1, 1, 0) } as const;
    expect([...nestedJson(bits, [2, 2])].join('')).toBe('[[false,true],[true,false]]');
    expect([...nestedJson({ dtype: 'float32', data: new Float32Array() }, [2, 0])].join('')).toBe('[[],[]]');
    expect([...nestedJson({ dtype: 'int32', data: Int32Array.of(-7) }, [])].join('')).toBe('-7');
  });

  test('writes long arrays in pieces', () => {
    const data = new Float32Array(100_000).fill(0.5);
    const pieces = [...nestedJson({ dtype: 'float32', data }, [100, 1000])];
    expect(pieces.length).toBeGreaterThan(3);
    expect(JSON.parse(pieces.join(''))).toHaveLength(100);
  });
});

test('checkFinite rejects NaN and infinities, with their position', () => {
  checkFinite([hostArray('float32', [1], Float32Array.of(1))]);
  expect(() => checkFinite([hostArray('float32', [2], Float32Array.of(1, Number.NaN))])).toThrow(
    expect.objectContaining({ code: 'failed', data: { value: 'NaN', position: 1 } }),
  );
});
