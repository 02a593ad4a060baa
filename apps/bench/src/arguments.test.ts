import { describe, expect, test } from '@jest/globals';
import { parseBenchArguments, UsageError } from './arguments.ts';

describe('parseBenchArguments', () => {
  test('without arguments everything runs, on one thread', () => {
    expect(parseBenchArguments([])).toEqual({
      only: null,
      who: null,
      threads: 1,
      seconds: 2,
      repeats: null,
      profile: null,
      json: false,
      install: false,
      help: false,
    });
  });

  test('lists are separated by commas', () => {
    const { only, who } = parseBenchArguments(['--only', 'matmul,mlp-step', '--who=manabi-cpu, jax-js']);
    expect(only).toEqual(['matmul', 'mlp-step']);
    expect(who).toEqual(['manabi-cpu', 'jax-js']);
  });

  test('a work may be narrowed to one size', () => {
    expect(parseBenchArguments(['--only', 'matmul:512x512x512']).only).toEqual(['matmul:512x512x512']);
  });

  test('works to profile are named as works to measure', () => {
    expect(parseBenchArguments(['--profile', 'cnn-step,matmul:512x512x512']).profile).toEqual([
      'cnn-step',
      'matmul:512x512x512',
    ]);
  });

  test('numbers and switches', () => {
    const options = parseBenchArguments([
      '--threads',
      '2',
      '--seconds',
      '0.5',
      '--repeats',
      '7',
      '--json',
      '--install',
    ]);
    expect(options).toMatchObject({ threads: 2, seconds: 0.5, repeats: 7, json: true, install: true });
  });

  test.each([
    ['an unknown option', ['--fast']],
    ['a stray word', ['matmul']],
    ['an unknown work', ['--only', 'matmult']],
    ['an unknown size', ['--only', 'matmul:3x3x3']],
    ['an unknown work to profile', ['--profile', 'cnn']],
    ['an empty name', ['--only', 'matmul,']],
    ['an unknown contestant', ['--who', 'torch']],
    ['no threads', ['--threads', '0']],
    ['half a thread', ['--threads', '1.5']],
    ['no time', ['--seconds', '0']],
    ['a time that is no number', ['--seconds', 'long']],
    ['a missing value', ['--repeats']],
  ])('%s is a usage error', (_, args) => {
    expect(() => parseBenchArguments(args)).toThrow(UsageError);
  });
});
