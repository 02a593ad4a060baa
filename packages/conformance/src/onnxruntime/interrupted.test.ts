import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('a training in ONNX Runtime that was killed continues from its backup with the same bits', async () => {
  const root = await mkdtemp(join(tmpdir(), 'manabi-killed-'));
  try {
    const trained = async (folder: string, killAfter: number) => {
      const args = [join(root, folder), String(killAfter)];
      const { signal, stdout, stderr } = await runInNode(new URL('./interrupted.child.ts', import.meta.url), { args });
      expect([signal, stderr]).toEqual([killAfter > 0 ? 'SIGKILL' : null, '']);
      return stdout;
    };
    const [whole] = await Promise.all([trained('whole', 0), trained('killed', 8)]);
    const { steps, bits } = JSON.parse(await trained('killed', 0));
    const expected = JSON.parse(whole);
    expect(bits).toEqual(expected.bits);
    expect([expected.steps, steps <= 13]).toEqual([20, true]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}, 120_000);
