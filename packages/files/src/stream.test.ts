import { expect, test } from '@jest/globals';
import { collectBytes } from './index.ts';

test('collectBytes cancels its stream if the signal has fired, which closes the file behind it', async () => {
  const reasons: unknown[] = [];
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({ cancel: (reason) => void reasons.push(reason) });
  const signal = AbortSignal.abort('enough');
  await expect(collectBytes(stream, { signal })).rejects.toMatchObject({ code: 'aborted' });
  expect(reasons).toEqual(['enough']);
});
