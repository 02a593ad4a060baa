import { describe, expect, test } from '@jest/globals';
import { parseBenchArguments, UsageError } from './arguments.ts';

describe('parseBenchArguments', () => {
  test('runs everything on one thread without arguments', () => {
    expect(parseBenchArguments([])).toEqual({
      only: null,
      place: 'node',
      adapter: null,
      who: null,
      threads: 1,
      seconds: 2,
      repeats: null,
      limit: 10,
      profile: null,
      json: false,
      out: null,
      install: false,
      help: false,
    });
  });

  test('splits lists at commas', () => {
    const { only, who } = parseBenchArguments(['--only', 'matmul,mlp-step', '--who=manabi-cpu, jax-js']);
    expect(only).toEqual(['matmul', 'mlp-step']);
    expect(who).toEqual(['manabi-cpu', 'jax-js']);
  });

  test('accepts a single size of a benchmark', () => {
    expect(parseBenchArguments(['--only', 'matmul:512x512x512']).only).toEqual(['matmul:512x512x512']);
  });

  test('accepts groups of benchmarks', () => {
    expect(parseBenchArguments(['--only', 'networks']).only).toEqual(['networks']);
  });

  test('accepts the same names for --profile as for --only', () => {
    expect(parseBenchArguments(['--profile', 'cnn-step,matmul:512x512x512']).profile).toEqual([
      'cnn-step',
      'matmul:512x512x512',
    ]);
  });

  test('reads numbers and flags', () => {
    const options = parseBenchArguments([
      '--threads',
      '2',
      '--seconds',
      '0.5',
      '--repeats',
      '7',
      '--limit',
      '30',
      '--json',
      '--install',
    ]);
    expect(options).toMatchObject({ threads: 2, seconds: 0.5, repeats: 7, limit: 30, json: true, install: true });
  });

  test('reads the place and the adapter', () => {
    const options = parseBenchArguments(['--in', 'browser', '--adapter', 'swiftshader', '--who', 'jax-js-webgpu']);
    expect(options).toMatchObject({ place: 'browser', adapter: 'swiftshader', who: ['jax-js-webgpu'] });
  });

  test('rejects contestants that do not run in the place', () => {
    expect(() => parseBenchArguments(['--in', 'browser', '--who', 'pytorch'])).toThrow(
      "--who: 'pytorch' does not run in a browser.",
    );
  });

  test.each([
    ['an unknown option', ['--fast']],
    ['a positional argument', ['matmul']],
    ['an unknown benchmark', ['--only', 'matmult']],
    ['an unknown size', ['--only', 'matmul:3x3x3']],
    ['an unknown benchmark for --profile', ['--profile', 'cnn']],
    ['a profile of a group with benchmarks of data', ['--profile', 'all']],
    ['a profile of a benchmark of data', ['--profile', 'image-folder']],
    ['a profile of a contestant without a plan', ['--profile', 'mlp-step', '--who', 'pytorch']],
    ['profiles of two contestants', ['--profile', 'mlp-step', '--who', 'manabi-cpu,manabi-onnxruntime']],
    ['an empty name', ['--only', 'matmul,']],
    ['an unknown contestant', ['--who', 'torch']],
    ['zero threads', ['--threads', '0']],
    ['a fraction of a thread', ['--threads', '1.5']],
    ['an unknown place', ['--in', 'deno']],
    ['a profile in a browser', ['--in', 'browser', '--profile', 'mlp-step']],
    ['a limit of zero', ['--limit', '0']],
    ['zero seconds', ['--seconds', '0']],
    ['text for seconds', ['--seconds', 'long']],
    ['a missing value', ['--repeats']],
  ])('rejects %s with a UsageError', (_, args) => {
    expect(() => parseBenchArguments(args)).toThrow(UsageError);
  });
});
