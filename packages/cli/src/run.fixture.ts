import { run } from './index.ts';

/** Exit code and output of a command that a test ran. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a `manabi` command in this process, with or without a terminal. */
export async function ran(
  args: readonly string[],
  { isTTY = false, env = {} }: { readonly isTTY?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const output = (name: keyof typeof texts) => ({
    isTTY,
    columns: 100,
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const code = await run(args, { stdout: output('stdout'), stderr: output('stderr'), env });
  return { code, ...texts };
}

/** Parses the JSON output of a command, which must be the only line of stdout. */
export function jsonOf({ code, stdout, stderr }: Ran): Readonly<Record<string, unknown>> {
  if (code !== 0) throw new Error(`The command exited with code ${code}: ${stderr}`);
  if (stdout.indexOf('\n') !== stdout.length - 1) throw new Error(`stdout is not one line: ${stdout}`);
  const value: unknown = JSON.parse(stdout);
  if (typeof value !== 'object' || value === null) throw new Error(`stdout is not a JSON object: ${stdout}`);
  return Object.fromEntries(Object.entries(value));
}
