import { describe, expect, test } from '@jest/globals';
import type { Outcome } from './measure.ts';
import { type Entry, rowsOf } from './rows.ts';
import { casesOf } from './tasks.ts';

const [matmul1024] = casesOf(['matmul:1024x1024x1024']);

function entry(who: Entry['who'], outcome: Outcome): Entry {
  return { who, version: '1', threads: 1, adapter: null, note: null, outcome };
}

function measured(samplesMs: number[], check = 1): Outcome {
  return { kind: 'measured', samplesMs, check, dispatches: null };
}

describe('rowsOf', () => {
  test('computes rates from the median time, and ratios from the times of each round', () => {
    const [manabi, peer] = rowsOf(matmul1024, [
      entry('manabi-cpu', measured([30, 31, 32])),
      entry('tfjs-wasm', measured([60, 62, 64])),
    ]);
    expect(manabi).toMatchObject({ leastMs: 30, medianMs: 31, samples: 3, ratio: 1, outcome: 'measured' });
    expect(manabi.gflops).toBeCloseTo((2 * 1024 ** 3) / 31e6, 6);
    expect(peer).toMatchObject({ medianMs: 62, ratio: 2 });
  });

  test('returns no ratios if manabi was not measured', () => {
    const [peer] = rowsOf(matmul1024, [entry('tfjs-wasm', measured([60]))]);
    expect(peer.ratio).toBeNull();
  });

  test('compares contestants on WebGPU with manabi on WebGPU, and manabi with its best peer on the same device', () => {
    const [onCpu, onGpu, tfjs, jax] = rowsOf(matmul1024, [
      entry('manabi-cpu', measured([1, 1])),
      entry('manabi-webgpu', measured([10, 20])),
      entry('tfjs-webgpu', measured([30, 60])),
      entry('jax-js-webgpu', measured([5, 10])),
    ]);
    expect([onCpu.ratio, onGpu.ratio, tfjs.ratio, jax.ratio]).toEqual([1, 1, 3, 0.5]);
    expect(onCpu).toMatchObject({ bestPeer: null, bestPeerRatio: null });
    expect(onGpu).toMatchObject({ bestPeer: 'jax-js-webgpu', bestPeerRatio: 0.5 });
    expect(jax.bestPeer).toBeNull();
  });

  test('does not compare with a peer whose result is wrong', () => {
    const [manabi] = rowsOf(matmul1024, [
      entry('manabi-webgpu', measured([10], 5)),
      entry('tfjs-webgpu', measured([20], 5)),
      entry('jax-js-webgpu', measured([1], 0)),
    ]);
    expect(manabi).toMatchObject({ bestPeer: 'tfjs-webgpu', bestPeerRatio: 2 });
  });

  test('notes that a contestant has used more processors than it has threads', () => {
    const samplesCpuMs = [19, 19, 19];
    const [layers, cpu] = rowsOf(matmul1024, [
      entry('manabi-layers', { kind: 'measured', samplesMs: [10, 10, 10], samplesCpuMs, check: 1, dispatches: null }),
      entry('manabi-cpu', { kind: 'measured', samplesMs: [18, 18, 18], samplesCpuMs, check: 1, dispatches: null }),
    ]);
    expect(layers.note).toBe('has used 1.9 processors, more than its threads');
    expect(cpu.note).toBeNull();
  });

  test('returns the reason for missing numbers as note', () => {
    const [row] = rowsOf(matmul1024, [entry('jax-js', { kind: 'not applicable', reason: 'it cannot' })]);
    expect(row).toMatchObject({ medianMs: null, gflops: null, outcome: 'not applicable', note: 'it cannot' });
  });

  test('marks a contestant as failed if its result differs from the median of all contestants', () => {
    const rows = rowsOf(matmul1024, [
      entry('manabi-cpu', measured([30], 5)),
      entry('tfjs-wasm', measured([60], 5.01)),
      entry('jax-js', measured([1], 0)),
    ]);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['measured', 'measured', 'failed']);
    expect(rows[2].medianMs).toBeNull();
  });

  test('adds a note if PyTorch is slower than a build with an optimized BLAS would be', () => {
    const noteOf = (ms: number) => rowsOf(matmul1024, [entry('pytorch', measured([ms]))])[0].note;
    expect(noteOf(10)).toBeNull();
    expect(noteOf(40)).toContain('slow build');
  });
});
