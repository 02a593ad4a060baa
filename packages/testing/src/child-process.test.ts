import { describe, expect, test } from '@jest/globals';
import { runInNode } from './child-process.ts';

const program = new URL('./echo.child.ts', import.meta.url);

describe('runInNode', () => {
  test('runs a TypeScript file with arguments, and returns its output and exit code', async () => {
    const { code, signal, stdout } = await runInNode(program, { args: ['hello'] });
    expect({ code, signal }).toEqual({ code: 3, signal: null });
    expect(JSON.parse(stdout)).toEqual({ first: 'hello', collector: false, source: 'number' });
  });

  test('exposes the garbage collector with `exposeGc`', async () => {
    const { stdout } = await runInNode(program, { exposeGc: true });
    expect(JSON.parse(stdout)).toMatchObject({ collector: true });
  });

  test('kills a program that exceeds the timeout', async () => {
    await expect(runInNode(program, { args: ['wait'], timeout: 500 })).rejects.toThrow('was killed');
  });
});
