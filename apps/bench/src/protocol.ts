import type { Profile } from './profile.ts';
import type { TaskOf } from './task-table.ts';

/** What a runner is told: one JSON object a line on its standard input. */
export type Request =
  /** Make a task ready, run it and check it; the task before it is forgotten. */
  | { readonly do: 'prepare'; readonly task: TaskOf }
  /** Make a task ready and run it once, without a check; answered when the run has ended. */
  | { readonly do: 'start'; readonly task: TaskOf }
  /** Run the prepared task a number of times in a row. */
  | { readonly do: 'run'; readonly iterations: number }
  /** Run the prepared task for so long, and tell what its steps took. */
  | { readonly do: 'profile'; readonly seconds: number }
  /** Forget the prepared task. */
  | { readonly do: 'release' }
  | { readonly do: 'quit' };

/** What a runner answers: one JSON object a line on its standard output. Other lines are of its library. */
export type Reply =
  /** Sent once, unasked, when the runner can take requests. */
  | { readonly reply: 'ready'; readonly version: string; readonly threads: number; readonly note: string | null }
  /** `check` is one number computed from the result, equal for all runners but for rounding. */
  | { readonly reply: 'prepared'; readonly check: number }
  | { readonly reply: 'not applicable'; readonly reason: string }
  | { readonly reply: 'ran'; readonly ms: number }
  | { readonly reply: 'profiled'; readonly profile: Profile }
  | { readonly reply: 'released' }
  | { readonly reply: 'failed'; readonly message: string };

/** The names of all replies. */
const REPLIES: readonly string[] = ['ready', 'prepared', 'not applicable', 'ran', 'profiled', 'released', 'failed'];

/** Reads one line of a runner; null for a line that is no reply. */
export function parseReply(line: string): Reply | null {
  if (!line.startsWith('{"reply":')) return null;
  const value: unknown = JSON.parse(line);
  return isReply(value) ? value : null;
}

/** Runners are part of the bench: that the fields fit the name is taken on trust. */
function isReply(value: unknown): value is Reply {
  return (
    typeof value === 'object' &&
    value !== null &&
    'reply' in value &&
    typeof value.reply === 'string' &&
    REPLIES.includes(value.reply)
  );
}

/** Reads one line of the bench, in a runner. */
export function parseRequest(line: string): Request {
  const value: Request = JSON.parse(line);
  return value;
}
