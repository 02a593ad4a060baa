import { run } from './index.ts';

/** How a command ended, and what it wrote. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process, with a terminal or without. */
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

/** The JSON that a command wrote, which must be one line and all of stdout. */
export function jsonOf({ code, stdout, stderr }: Ran): Readonly<Record<string, unknown>> {
  if (code !== 0) throw new Error(`It ended with ${code}: ${stderr}`);
  if (stdout.indexOf('\n') !== stdout.length - 1) throw new Error(`That is not one line: ${stdout}`);
  const value: unknown = JSON.parse(stdout);
  if (typeof value !== 'object' || value === null) throw new Error(`That is no object: ${stdout}`);
  return Object.fromEntries(Object.entries(value));
}
