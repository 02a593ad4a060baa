import { expect, test } from '@jest/globals';
import { sampleSection } from '../sections/samples.ts';
import { createOnnxRuntime } from './onnxruntime.fixture.ts';

test('samples run in ONNX Runtime, except for the listed ones', async () => {
  const backend = await createOnnxRuntime();
  const reasons = new Map<string, Set<string>>();
  for (const { name, cases } of sampleSection.groups) {
    for (const one of cases()) {
      if ('refusal' in one) continue;
      const executable = await backend.compile(one.graph, { donated: [] });
      const [{ place, reason }] = backend.placements();
      if (place !== 'onnxruntime') reasons.set(reason, (reasons.get(reason) ?? new Set()).add(name));
      executable.dispose();
    }
  }
  const inFloat64 = 'ONNX Runtime computes several operators on float64 in float32.';
  expect(reasons.delete(inFloat64)).toBe(true);
  expect(Object.fromEntries([...reasons].map(([reason, names]) => [reason, [...names]]))).toEqual({
    'It only creates random numbers.': ['randomBits'],
    'ONNX Runtime has no kernel that reads the bits of floats as integers, or of integers as floats.': ['bitcast'],
    'Products of integers do not wrap in ONNX Runtime.': ['reduceProd'],
  });
});
