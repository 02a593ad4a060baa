import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { parseRequest, type Reply, type Request } from '../protocol.ts';
import type { TaskKind, TaskOf } from '../task-table.ts';
import { type Prepared, repeat } from './prepared.ts';
import { profileOf } from './profile-of.ts';

/** Result for a task that a library does not support. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** Error for a task that proves to be unsupported while it runs. The task is reported as not applicable, not as failed. */
export class BeyondLibrary extends Error {
  override readonly name = 'BeyondLibrary';
}

/** For each kind of task, the function that prepares such a task with a library. */
export type Makers = {
  readonly [K in TaskKind]: (task: TaskOf<K>) => Prepared | NotApplicable | Promise<Prepared | NotApplicable>;
};

/** A loaded library. */
export interface Library {
  readonly version: string;
  /** Number of threads that the library uses. */
  readonly threads: number;
  /** Remark on the numbers of the library, which the table shows; null for none. */
  readonly note: string | null;
  readonly makers: Makers;
}

/** Arguments of a runner. */
export interface RunnerSettings {
  readonly variant: string;
  readonly threads: number;
  /** Folder of the peers installed by npm. */
  readonly npmFolder: string;
}

/** Returns the mean of the absolute values of a result. This number is compared between runners. */
export function meanMagnitude(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]);
  return sum / values.length;
}

/**
 * Runs a runner: loads the library, reports that it is ready, and replies to the requests on standard input until it is asked
 * to quit or the input ends.
 */
export async function serve(load: (settings: RunnerSettings) => Promise<Library>): Promise<void> {
  const [variant, threads, npmFolder] = process.argv.slice(2);
  const { version, makers, ...library } = await load({ variant, threads: Number(threads), npmFolder });
  const answer = answering(makers);
  send({ reply: 'ready', version, threads: library.threads, note: library.note });
  for await (const line of createInterface(process.stdin)) {
    const request = parseRequest(line);
    if (request.do === 'quit') break;
    send(await answer(request).catch(failed));
  }
  // The process must exit explicitly, because worker threads of a library may keep it alive.
  process.exit();
}

function send(reply: Reply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

function failed(error: unknown): Reply {
  if (error instanceof BeyondLibrary) return { reply: 'not applicable', reason: error.message };
  return { reply: 'failed', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}

/** Returns a function that returns the reply to a request. It keeps the prepared task between requests. */
function answering(makers: Makers): (request: Exclude<Request, { do: 'quit' }>) => Promise<Reply> {
  let prepared: Prepared | null = null;
  const release = () => {
    prepared?.dispose();
    prepared = null;
  };
  const make = async (task: TaskOf): Promise<Prepared | NotApplicable> => {
    release();
    return makeTask(makers, task);
  };
  return async (request) => {
    switch (request.do) {
      case 'prepare': {
        const made = await make(request.task);
        if ('notApplicable' in made) return { reply: 'not applicable', reason: made.notApplicable };
        prepared = made;
        return { reply: 'prepared', check: await made.check() };
      }
      case 'start': {
        const start = performance.now();
        const made = await make(request.task);
        if ('notApplicable' in made) return { reply: 'not applicable', reason: made.notApplicable };
        prepared = made;
        await repeat(made, 1);
        return { reply: 'ran', ms: performance.now() - start };
      }
      case 'run': {
        if (prepared === null) return { reply: 'failed', message: 'No task is prepared.' };
        const start = performance.now();
        await repeat(prepared, request.iterations);
        return { reply: 'ran', ms: performance.now() - start };
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

async function makeTask<K extends TaskKind>(makers: Makers, task: TaskOf<K>): Promise<Prepared | NotApplicable> {
  return makers[task.kind](task);
}
