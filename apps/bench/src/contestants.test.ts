import { expect, test } from '@jest/globals';
import { contestants, packagesOf, references } from './contestants.ts';

test('packagesOf adds the package webgpu in Node, for contestants on WebGPU', () => {
  expect(packagesOf(contestants['manabi-webgpu'], 'node')).toEqual([expect.stringMatching(/^webgpu@/)]);
  expect(packagesOf(contestants['manabi-webgpu'], 'browser')).toEqual([]);
  expect(packagesOf(contestants['jax-js'], 'node')).toEqual([expect.stringMatching(/^@jax-js/)]);
});

test('references are contestants on their device', () => {
  expect([contestants[references.cpu].device, contestants[references.webgpu].device]).toEqual(['cpu', 'webgpu']);
});
