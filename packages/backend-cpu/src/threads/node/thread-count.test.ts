import { afterEach, describe, expect, test } from '@jest/globals';
import { createCpuBackend, getThreads, setThreads } from '../../index.ts';
import { defaultThreads } from './thread-count.ts';

const given = process.env.MANABI_THREADS;
afterEach(() => {
  process.env.MANABI_THREADS = given;
});

describe('defaultThreads', () => {
  test('is the value of MANABI_THREADS, or at least one', () => {
    process.env.MANABI_THREADS = '5';
    expect(defaultThreads()).toBe(5);
    process.env.MANABI_THREADS = '';
    expect(defaultThreads()).toBeGreaterThanOrEqual(1);
  });

  test.each(['0', '-1', '1.5', 'all'])('rejects MANABI_THREADS=%s', (value) => {
    process.env.MANABI_THREADS = value;
    expect(() => defaultThreads()).toThrow(expect.objectContaining({ code: 'argument', data: { given: value } }));
  });
});

describe('setThreads', () => {
  test('sets the number that getThreads returns', () => {
    const before = getThreads();
    setThreads(3);
    expect(getThreads()).toBe(3);
    setThreads(before);
  });

  test.each([0, -2, 1.5, Number.NaN, '2'])('rejects %s, as does the option of the backend', (threads) => {
    // Programs in JavaScript may pass any value.
    const wrong = threads as number;
    expect(() => setThreads(wrong)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => createCpuBackend({ threads: wrong })).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});
