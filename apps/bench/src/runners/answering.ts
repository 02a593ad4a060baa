import type { Reply, Request } from '../protocol.ts';
import type { TaskKind, TaskOf } from '../task-table.ts';
import { dispatchesOf } from './dispatches-of.ts';
import { BeyondLibrary, type Library, type MakersOf, type NotApplicable } from './library.ts';
import { type Prepared, repeat } from './prepared.ts';
import { profileOf } from './profile-of.ts';

/**
 * Returns a function that returns the reply to a request. It keeps the prepared task between requests.
 *
 * @param onGpu whether the library computes on WebGPU
 */
export function answering(
  library: Library,
  onGpu: boolean,
): (request: Exclude<Request, { do: 'quit' }>) => Promise<Reply> {
  const answer = answerer(library, onGpu);
  return (request) => answer(request).catch(failed);
}

function failed(error: unknown): Reply {
  if (error instanceof BeyondLibrary) return { reply: 'not applicable', reason: error.message };
  return { reply: 'failed', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}

function answerer(
  { makers, finish }: Library,
  onGpu: boolean,
): (request: Exclude<Request, { do: 'quit' }>) => Promise<Reply> {
  let prepared: Prepared | null = null;
  const release = () => {
    prepared?.dispose();
    prepared = null;
  };
  const make = async (task: TaskOf): Promise<Prepared | NotApplicable> => {
    release();
    return makeTask(makers, task);
  };
  const run = async (task: Prepared, iterations: number): Promise<void> => {
    await repeat(task, iterations);
    await finish?.();
  };
  return async (request) => {
    switch (request.do) {
      case 'prepare': {
        const made = await make(request.task);
        if ('notApplicable' in made) return { reply: 'not applicable', reason: made.notApplicable };
        prepared = made;
        const check = await made.check();
        const dispatches = onGpu ? await dispatchesOf(() => repeat(made, 1)) : null;
        await finish?.();
        return { reply: 'prepared', check, dispatches };
      }
      case 'start': {
        const start = performance.now();
        const made = await make(request.task);
        if ('notApplicable' in made) return { reply: 'not applicable', reason: made.notApplicable };
        prepared = made;
        await run(made, 1);
        return { reply: 'ran', ms: performance.now() - start };
      }
      case 'run': {
        if (prepared === null) return { reply: 'failed', message: 'No task is prepared.' };
        const cpuStart = cpuTime();
        const start = performance.now();
        await run(prepared, request.iterations);
        const ms = performance.now() - start;
        const cpuEnd = cpuTime();
        return { reply: 'ran', ms, ...(cpuStart === null || cpuEnd === null ? {} : { cpuMs: cpuEnd - cpuStart }) };
      }
      case 'profile':
        if (prepared?.steps === undefined)
          return { reply: 'not applicable', reason: 'the library does not report steps' };
        return { reply: 'profiled', profile: await profileOf(prepared, prepared.steps, request.seconds) };
      case 'release':
        release();
        return { reply: 'released' };
    }
  };
}

/** Returns the milliseconds that all threads of this process have computed; null in pages. */
function cpuTime(): number | null {
  if (typeof globalThis.process !== 'object') return null;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function makeTask<K extends TaskKind>(
  makers: Library['makers'],
  task: TaskOf<K>,
): Promise<Prepared | NotApplicable> {
  const known: Partial<MakersOf<TaskKind>> = makers;
  const make = known[task.kind];
  return make === undefined ? { notApplicable: 'the runner has no such task' } : make(task);
}
