// The module of the worker that measures manabi in the reader's browser.
import { type BenchBackend, measureInPage } from '@manabi/bench/page';
import { selectBackend } from 'manabi';
import type { MeasureMessage, MeasureRequest } from './messages.ts';

/** Longest run in seconds; slower cases are reported without times. */
const LIMIT = 3;
/** Operations of a step for which every hardware GPU is the better choice. */
const MANY_OPERATIONS = 1e12;

function send(message: MeasureMessage): void {
  self.postMessage(message);
}

self.addEventListener('message', async ({ data }: MessageEvent<MeasureRequest>) => {
  const { cases, seconds, threads } = data;
  for (const backend of await backendsOf(data.backend)) {
    send({ type: 'backend', backend, omitted: null });
    try {
      await measureInPage(cases, backend, { seconds, threads, repeats: null, limit: LIMIT }, (result) =>
        send({ type: 'result', result }),
      );
    } catch (error) {
      send({ type: 'backend', backend, omitted: error instanceof Error ? error.message : String(error) });
    }
  }
  send({ type: 'done' });
});
send({ type: 'ready' });

async function backendsOf(backend: MeasureRequest['backend']): Promise<readonly BenchBackend[]> {
  if (backend !== 'auto') return [backend];
  const { name, reason } = await selectBackend({ operations: MANY_OPERATIONS });
  if (name === 'webgpu') return ['cpu', 'webgpu'];
  send({ type: 'backend', backend: 'webgpu', omitted: reason });
  return ['cpu'];
}
