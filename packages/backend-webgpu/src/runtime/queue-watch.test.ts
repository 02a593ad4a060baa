import { expect, test } from '@jest/globals';
import { QueueWatch } from './queue-watch.ts';

const never = new Promise<never>(() => {});

/** A queue whose `onSubmittedWorkDone` returns the given promises in order. */
const queueOf = (...reports: readonly Promise<undefined>[]) => {
  let next = 0;
  return { onSubmittedWorkDone: () => reports[next++] ?? never };
};

const after = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(undefined), milliseconds);
  });

test('QueueWatch.wait rejects if the queue completes nothing within the time limit, and names the last work', async () => {
  const watch = new QueueWatch(queueOf(), 50);
  watch.begin(() => 'a program of one step');
  await expect(watch.wait(never, 'read')).rejects.toMatchObject({
    code: 'backend',
    op: 'read',
    data: { hung: true, timeout: 50, work: 'a program of one step' },
  });
});

test('QueueWatch.wait waits longer than the time limit while the queue makes progress', async () => {
  const watch = new QueueWatch(queueOf(after(120), after(240)), 200);
  for (let i = 0; i < 16; i++) watch.submitted();
  const begin = performance.now();
  await expect(watch.wait(never, 'read')).rejects.toMatchObject({ data: { hung: true } });
  expect(performance.now() - begin).toBeGreaterThan(350);
});

test('QueueWatch.wait passes results and errors on, with or without a time limit', async () => {
  for (const timeout of [1000, Number.POSITIVE_INFINITY]) {
    const watch = new QueueWatch(queueOf(), timeout);
    expect(await watch.wait(Promise.resolve(7), 'read')).toBe(7);
    await expect(watch.wait(Promise.reject(new Error('lost')), 'read')).rejects.toThrow('lost');
  }
});
