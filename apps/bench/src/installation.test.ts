import { describe, expect, test } from '@jest/globals';
import { nameOfPackage } from './installation.ts';

describe('nameOfPackage', () => {
  test.each([
    ['@jax-js/jax@^0.1.25', '@jax-js/jax'],
    ['webgpu@^0.6.2', 'webgpu'],
    ['torch>=2.6', 'torch'],
    ['numpy', 'numpy'],
  ])('removes the version range from %s', (requirement, name) => {
    expect(nameOfPackage(requirement)).toBe(name);
  });
});
