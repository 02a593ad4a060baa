import { describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { applyComposite, type Backend, type DType, type Graph, graphBuilder, hostArray, ManabiError } from '@manabi/ir';
import type { Candidate } from './candidates.ts';
import { formatGap, type Gap, gapOf, hasRoutine } from './gap.ts';
import { checkCase, withJudges } from './matrix.ts';
import { Tally } from './tally.ts';

const noFloat64: Gap = { ops: ['exp', 'log'], dtypes: ['float64'], reason: 'the device has no float64' };

function exponential(dtype: DType): Graph {
  const b = graphBuilder();
  return b.finish([b.exp(b.input({ dtype, shape: [2] }))]);
}

describe('a known gap (unsupported operators and dtypes) of a backend', () => {
  test('covers graphs with a node of its operators and dtypes, even inside a composite', () => {
    const named = (graph: Graph) => ({ name: 'vector', graph });
    expect(gapOf(named(exponential('float64')), [noFloat64])).toBe(noFloat64);
    expect(gapOf(named(exponential('float32')), [noFloat64])).toBeUndefined();
    expect(gapOf(named(exponential('float64')), [])).toBeUndefined();
    const b = graphBuilder();
    const softmax = b.finish(applyComposite(b, 'softmax', [b.input({ dtype: 'float64', shape: [3] })], { axis: 0 }));
    expect(gapOf(named(softmax), [noFloat64])).toBe(noFloat64);
    expect(gapOf(named(softmax), [{ dtypes: ['float64'], reason: 'unsupported' }])).toBeDefined();
  });

  test('may be limited to a group and to names of cases', () => {
    const one = { name: 'vector float32', graph: exponential('float32') };
    const gap: Gap = { groups: ['exp'], cases: /^vector/, reason: 'rounds differently' };
    expect(gapOf(one, [gap], 'exp')).toBe(gap);
    expect(gapOf(one, [gap], 'log')).toBeUndefined();
    expect(gapOf({ ...one, name: 'matrix' }, [gap], 'exp')).toBeUndefined();
    expect(formatGap(gap)).toBe('exp: rounds differently');
  });

  test('is formatted as its operators, dtypes and reason', () => {
    expect(formatGap(noFloat64)).toBe('exp, log of float64: the device has no float64');
  });

  test('is the outcome of a failed case that it covers, but not of other failed cases', async () => {
    const cpu = createCpuBackend();
    const refusing: Backend = {
      name: 'refusing',
      upload: (data) => cpu.upload(data),
      read: (buffer) => cpu.read(buffer),
      release: (buffer) => cpu.release(buffer),
      memory: () => cpu.memory(),
      compile: () => {
        throw new ManabiError('backend', 'float64 is unsupported.');
      },
    };
    const candidate: Candidate = {
      name: 'refusing',
      create: () => refusing,
      gaps: [noFloat64],
      special: 'exact',
      bits: 'repeatable',
    };
    const double = hostArray('float64', [2], Float64Array.of(1, 2));
    const single = hostArray('float32', [2], Float32Array.of(1, 2));
    const outcome = async (backend: Backend, dtype: DType) => {
      const inputs = [dtype === 'float64' ? double : single];
      return checkCase(candidate, backend, withJudges({ name: dtype, graph: exponential(dtype), inputs }));
    };
    expect(await outcome(refusing, 'float64')).toEqual({ outcome: 'gap', gap: noFloat64 });
    expect(await outcome(refusing, 'float32')).toMatchObject({ outcome: 'failed' });
    expect(await outcome(cpu, 'float64')).toEqual({ outcome: 'passed', gap: noFloat64 });
  });
});

test('withJudges creates a judge that checks NaN and infinities, and one that ignores them', () => {
  const inputs = [hostArray('float32', [2], Float32Array.of(1, Infinity))];
  const { judge } = withJudges({ name: 'exponential', graph: exponential('float32'), inputs });
  expect(judge('exact')).toBe(judge('exact'));
  const wrong = [hostArray('float32', [2], Float32Array.of(Math.E, 0))];
  expect(judge('exact')(wrong)).toContain('1 of 2 elements');
  expect(judge('bestEffort')(wrong)).toBe(null);
});

test('hasRoutine returns true for a matrix product and false for an elementwise graph', () => {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [2, 2] });
  expect(hasRoutine(b.finish([b.dot(x, x, [], [[1, 0]])]))).toBe(true);
  expect(hasRoutine(exponential('float32'))).toBe(false);
});

test('Tally formats the outcomes as a table, with sums and remarks', () => {
  const tally = new Tally('cpu', ['samples', 'gradients']);
  tally.count('reduce', 'samples', 'passed');
  tally.count('reduce', 'samples', 'failed');
  tally.count('scan', 'samples', 'gap');
  tally.count('scan', 'gradients', 'passed');
  tally.remark('no derivative');
  tally.remark('no derivative');
  expect(
    tally
      .format()
      .split('\n')
      .map((line) => line.trimEnd()),
  ).toEqual([
    'cpu                samples  gradients',
    'reduce         1, 1 failed',
    'scan              0, 1 gap          1',
    'all     1, 1 failed, 1 gap          1',
    '  no derivative (2 cases)',
  ]);
});
