import { availableParallelism } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { installedVersion } from '../doctor/optional-packages.ts';
import { jsonOf, ran } from '../run.fixture.ts';

describe('manabi doctor', () => {
  test('reports the machine, backends and packages as JSON', async () => {
    expect(jsonOf(await ran(['doctor', '--json']))).toMatchObject({
      ok: true,
      node: process.versions.node,
      cores: availableParallelism(),
      wasm: { simd: true, threads: true, relaxedSimd: expect.any(Boolean) },
      backends: [
        { name: 'cpu', trouble: null },
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

describe('installedVersion', () => {
  test('returns null for a package that is not installed', async () => {
    expect(await installedVersion('no-such-package')).toBeNull();
  });
});
