import { parseRequest, type Reply } from '../protocol.ts';
import { answering } from './answering.ts';
import type { Library } from './library.ts';
import { nameOfAdapter } from './name-of-adapter.ts';

/** What the driver of the page passes to a runner. */
export interface PageSettings {
  readonly variant: string;
  /** Number of threads that the library may use. */
  readonly threads: number;
  /** URLs of the scripts of npm packages, by package. */
  readonly peers: Readonly<Record<string, string>>;
  /** Versions of npm packages, by package. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A runner in a page: each call answers with one line of the protocol. */
export interface RunnerInPage {
  readonly start: (settings: PageSettings) => Promise<string>;
  readonly answer: (line: string) => Promise<string>;
}

/** Defines the runner of a page as the global `manabiBench`. The runner loads its library once it is started. */
export function serveInPage(load: (settings: PageSettings) => Promise<Library>): void {
  let answer: ReturnType<typeof answering> | null = null;
  const started = async (settings: PageSettings): Promise<Reply> => {
    const library = await load(settings);
    const onGpu = settings.variant === 'webgpu';
    answer = answering(library, onGpu);
    const adapter = onGpu ? await nameOfAdapter() : null;
    return { reply: 'ready', version: library.version, threads: library.threads, note: library.note, adapter };
  };
  const answered = async (line: string): Promise<Reply> => {
    const request = parseRequest(line);
    if (answer === null || request.do === 'quit') return { reply: 'failed', message: `Unexpected request: ${line}` };
    return answer(request);
  };
  const lineOf = (reply: Promise<Reply>): Promise<string> =>
    reply
      .catch((error): Reply => ({ reply: 'failed', message: error instanceof Error ? error.message : String(error) }))
      .then((value) => JSON.stringify(value));
  const runner: RunnerInPage = {
    start: (settings) => lineOf(started(settings)),
    answer: (line) => lineOf(answered(line)),
  };
  Object.assign(globalThis, { manabiBench: runner });
}
