import { expect, test } from '@jest/globals';
import { browserRequirement, describeWhere } from '@manabi/testing';
import { contestants } from './contestants.ts';
import { startRunnerPage } from './runner-page.ts';
import type { RunnerProcess } from './runner-process.ts';

const task = { kind: 'softmax', rows: 32, columns: 10 } as const;

/** Starts a contestant's page, and closes it after the function. */
async function inPage(name: 'manabi-cpu' | 'manabi-webgpu', use: (runner: RunnerProcess) => Promise<void>) {
  const runner = await startRunnerPage(contestants[name], { threads: 1, adapter: null });
  try {
    await use(runner);
  } finally {
    await runner.quit();
  }
}

describeWhere(browserRequirement, 'startRunnerPage', () => {
  test('prepares, checks and runs a task on WebGPU, with the result of the CPU', async () => {
    let onCpu: unknown;
    await inPage('manabi-cpu', async ({ adapter, ask }) => {
      expect(adapter).toBeNull();
      const prepared = await ask({ do: 'prepare', task });
      expect(prepared).toMatchObject({ reply: 'prepared', dispatches: null });
      onCpu = 'check' in prepared && prepared.check;
    });
    await inPage('manabi-webgpu', async ({ adapter, ask }) => {
      expect(adapter).toMatch(/\w/);
      const prepared = await ask({ do: 'prepare', task });
      expect(prepared).toMatchObject({ reply: 'prepared', dispatches: 1 });
      expect('check' in prepared && prepared.check).toBeCloseTo(Number(onCpu), 6);
      const ran = await ask({ do: 'run', iterations: 3 });
      expect('ms' in ran && ran.ms).toBeGreaterThan(0);
    });
  }, 60_000);

  test('replies to a run without a task with an error, and is not alive once it has quit', async () => {
    let alive = () => true;
    await inPage('manabi-cpu', async ({ ask, isAlive }) => {
      alive = isAlive;
      expect(alive()).toBe(true);
      expect(await ask({ do: 'run', iterations: 1 })).toEqual({ reply: 'failed', message: 'No task is prepared.' });
    });
    expect(alive()).toBe(false);
  }, 60_000);
});
