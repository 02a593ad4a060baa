import { expect, test } from '@jest/globals';
import { savedDespiteCtrlC } from './saving.ts';

test('Ctrl-C while something is saved lets it be saved, says so, and then ends', async () => {
  const told: string[] = [];
  let isSaved = false;
  const before = process.listenerCount('SIGINT');
  const saving = savedDespiteCtrlC(
    async () => {
      process.emit('SIGINT');
      await Promise.resolve();
      isSaved = true;
    },
    (text) => told.push(text),
  );
  await expect(saving).rejects.toMatchObject({ name: 'Interrupted' });
  expect([isSaved, told.length]).toEqual([true, 1]);
  expect(process.listenerCount('SIGINT')).toBe(before);
});
