import type { Questions } from './questions.ts';
import { run } from './run.ts';

/** Exit code and output of a run. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Names of the questions that were asked. */
  readonly asked: readonly string[];
}

/** Answers of a user in a terminal; a question without an answer fails the test. */
export type Answers = { readonly [K in keyof Questions]?: Awaited<ReturnType<Questions[K]>> };

/**
 * Runs the program in a folder.
 *
 * @param answers answers of the user, or null if stdin is not a terminal
 */
export async function ran(
  cwd: string,
  argv: readonly string[],
  { answers = null, env = {} }: { readonly answers?: Answers | null; readonly env?: Record<string, string> } = {},
): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const output = (name: keyof typeof texts) => ({
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const asked: string[] = [];
  const answer = async <K extends keyof Questions>(name: K) => {
    asked.push(name);
    const given = answers?.[name];
    if (given === undefined) throw new Error(`The test has no answer for the question "${name}".`);
    return given;
  };
  const questions: Questions = {
    folder: async () => answer('folder'),
    template: async () => answer('template'),
    overwrite: async () => answer('overwrite'),
  };
  const ask = answers === null ? null : async () => questions;
  const code = await run(argv, { stdout: output('stdout'), stderr: output('stderr'), env, cwd, ask });
  return { code, ...texts, asked };
}
