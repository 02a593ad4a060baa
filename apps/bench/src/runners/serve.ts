import { createInterface } from 'node:readline';
import { parseRequest, type Reply } from '../protocol.ts';
import { answering } from './answering.ts';
import type { Library } from './library.ts';
import { nameOfAdapter } from './name-of-adapter.ts';
import { provideGpu } from './node-gpu.ts';

/** Arguments of a runner. */
export interface RunnerSettings {
  readonly variant: string;
  readonly threads: number;
  /** Folder of the peers installed by npm. */
  readonly npmFolder: string;
}

/**
 * Runs a runner in Node: loads the library, reports that it is ready, and replies to the requests on standard input until it
 * is asked to quit or the input ends. The variant `webgpu` gets the globals that a page with WebGPU has.
 */
export async function serve(load: (settings: RunnerSettings) => Promise<Library>): Promise<void> {
  const [variant, threads, npmFolder, adapter] = process.argv.slice(2);
  const onGpu = variant === 'webgpu';
  if (onGpu) await provideGpu(npmFolder, adapter);
  const library = await load({ variant, threads: Number(threads), npmFolder });
  const answer = answering(library, onGpu);
  send({
    reply: 'ready',
    version: library.version,
    threads: library.threads,
    note: library.note,
    adapter: onGpu ? await nameOfAdapter() : null,
  });
  for await (const line of createInterface(process.stdin)) {
    const request = parseRequest(line);
    if (request.do === 'quit') break;
    send(await answer(request));
  }
  // The process must exit explicitly, because worker threads of a library may keep it alive.
  process.exit();
}

function send(reply: Reply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
