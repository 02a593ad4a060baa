import type { Profile } from './profile.ts';
import type { TaskOf } from './task-table.ts';

/** A request to a runner: one JSON object per line on its standard input. */
export type Request =
  /** Release the previous task, then prepare a task, run it and check its result. */
  | { readonly do: 'prepare'; readonly task: TaskOf }
  /** Prepare a task and run it once, without a check. */
  | { readonly do: 'start'; readonly task: TaskOf }
  /** Run the prepared task a number of times in a row. */
  | { readonly do: 'run'; readonly iterations: number }
  /** Run the prepared task for the given time, and reply with the times of its steps. */
  | { readonly do: 'profile'; readonly seconds: number }
  /** Release the prepared task. */
  | { readonly do: 'release' }
  | { readonly do: 'quit' };

/**
 * A reply of a runner: one JSON object per line on its standard output. All other lines there are output of its
 * library.
 */
export type Reply =
  /** Sent once, without a request, when the runner is ready. */
  | {
      readonly reply: 'ready';
      readonly version: string;
      readonly threads: number;
      readonly note: string | null;
      /** Name of the WebGPU adapter; null for libraries that run on the CPU. */
      readonly adapter: string | null;
    }
  /**
   * Reply to `prepare`. `check` is a number computed from the result of the task, which is equal for all runners up to
   * rounding. `dispatches` is the number of shaders
   * that one run dispatches; null without WebGPU.
   */
  | { readonly reply: 'prepared'; readonly check: number; readonly dispatches: number | null }
  | { readonly reply: 'not applicable'; readonly reason: string }
  /** `cpuMs` is the time of all processors that the runner used, if it knows. */
  | { readonly reply: 'ran'; readonly ms: number; readonly cpuMs?: number }
  | { readonly reply: 'profiled'; readonly profile: Profile }
  | { readonly reply: 'released' }
  | { readonly reply: 'failed'; readonly message: string };

/** Names of all replies. */
const REPLIES: readonly string[] = ['ready', 'prepared', 'not applicable', 'ran', 'profiled', 'released', 'failed'];

/** Parses one line of a runner's output; returns null for lines that are not replies. */
export function parseReply(line: string): Reply | null {
  if (!line.startsWith('{"reply":')) return null;
  const value: unknown = JSON.parse(line);
  return isReply(value) ? value : null;
}

/** Returns whether a value has the name of a reply. Other fields are trusted, since runners are part of the benchmark. */
function isReply(value: unknown): value is Reply {
  return (
    typeof value === 'object' &&
    value !== null &&
    'reply' in value &&
    typeof value.reply === 'string' &&
    REPLIES.includes(value.reply)
  );
}

/** Parses one line of a runner's input. */
export function parseRequest(line: string): Request {
  const value: Request = JSON.parse(line);
  return value;
}
