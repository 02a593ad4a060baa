import { expect, test } from '@jest/globals';
import { processIo, run } from './index.ts';

test.each([['train'], [null], [[3]]])('run rejects %p as its argument argv', async (argv) => {
  await expect(Reflect.apply(run, null, [argv, processIo()])).rejects.toMatchObject({ code: 'argument', op: 'run' });
});

test.each([[{}], [null], [{ stdout: 1, stderr: 2 }]])('run rejects %p as its argument io', async (io) => {
  await expect(Reflect.apply(run, null, [['--help'], io])).rejects.toMatchObject({ code: 'argument', op: 'run' });
});
