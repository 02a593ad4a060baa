import { availableParallelism } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import type { AdapterReport } from '@manabi/backend-webgpu';
import { adapterLines } from '../doctor/adapter-lines.ts';
import { installedVersion } from '../doctor/optional-packages.ts';
import { jsonOf, ran } from '../run.fixture.ts';

describe('manabi doctor', () => {
  test('reports the machine, backends and packages as JSON', async () => {
    expect(jsonOf(await ran(['doctor', '--json']))).toMatchObject({
      ok: true,
      node: process.versions.node,
      cores: availableParallelism(),
      threads: expect.any(Number),
      wasm: { simd: true, threads: true, relaxedSimd: expect.any(Boolean) },
      backends: [
        { name: 'cpu', trouble: null },
        { name: 'onnxruntime', trouble: null },
        // The webgpu backend works only where a graphics driver is installed.
        { name: 'webgpu' },
      ],
      packages: { sharp: expect.stringMatching(/^\d+\./), 'onnxruntime-node': expect.stringMatching(/^\d+\./) },
    });
  });

  test('reports the machine, backends and packages as text', async () => {
    const { code, stdout, stderr } = await ran(['doctor']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('backend cpu');
    expect(stdout).toContain(process.versions.node);
  });
});

describe('adapterLines', () => {
  const limits = {
    maxBufferSize: 2 ** 32,
    maxStorageBufferBindingSize: 2 ** 31,
    maxStorageBuffersPerShaderStage: 10,
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupStorageSize: 32_768,
  };
  const adapter = {
    vendor: 'nvidia',
    architecture: 'hopper',
    device: '0x2330',
    description: 'NVIDIA H100: 550.54',
    isSoftware: false,
    features: { 'timestamp-query': true, 'shader-f16': true, subgroups: true },
    limits,
  };
  const texts = (report: AdapterReport) =>
    adapterLines(report).map(({ state, what, detail }) => `${state} ${what}: ${detail}`);

  test('names the adapter, its driver, features and limits', () => {
    const lines = texts(adapter);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('present graphics adapter: NVIDIA H100: 550.54, nvidia hopper');
    expect(lines[1]).toMatch(/^present GPU features: timestamp-query .*shader-f16 .*subgroups/);
    expect(lines[2]).toBe(
      'present GPU limits: tensors up to 4,096 MiB, 2,048 MiB of a tensor at once, 10 buffers per shader, ' +
        '1024 threads and 32 KiB per workgroup',
    );
  });

  test('marks software adapters and missing features', () => {
    const features = { 'timestamp-query': true, 'shader-f16': false, subgroups: false };
    const lines = texts({ ...adapter, isSoftware: true, features });
    expect(lines[0]).toMatch(/^missing graphics adapter: .*software/);
    expect(lines[1]).toMatch(/^present GPU features: timestamp-query [^,]*$/);
    expect(lines[2]).toMatch(/^missing GPU features: lacks shader-f16 .*subgroups/);
  });
});

describe('installedVersion', () => {
  test('returns null for a package that is not installed', async () => {
    expect(await installedVersion('no-such-package')).toBeNull();
  });
});
