import { expect, test } from '@jest/globals';
import { savedDespiteCtrlC } from './saving.ts';

test('savedDespiteCtrlC completes the file if Ctrl-C is pressed while saving, then throws Interrupted', async () => {
  const messages: string[] = [];
  let isSaved = false;
  const before = process.listenerCount('SIGINT');
  const saving = savedDespiteCtrlC(
    async () => {
      process.emit('SIGINT');
      await Promise.resolve();
      isSaved = true;
    },
    (text) => messages.push(text),
  );
  await expect(saving).rejects.toMatchObject({ name: 'Interrupted' });
  expect([isSaved, messages.length]).toEqual([true, 1]);
  expect(process.listenerCount('SIGINT')).toBe(before);
});
