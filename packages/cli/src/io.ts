/** An output stream for text, such as `process.stdout`. */
export interface Output {
  /** Whether the stream is a terminal, which supports colours and overwriting a line. */
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
  /** Writes text unchanged. */
  write(text: string): unknown;
}

/** Streams and environment of a command. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Environment variables, of which only `NO_COLOR` is used. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Returns the streams and environment of this process.
 *
 * @example
 * ```ts
 * import { processIo, run } from '@manabi/cli';
 *
 * console.log(await run(['--version'], processIo())); // 0
 * ```
 */
export function processIo(): Io {
  return { stdout: process.stdout, stderr: process.stderr, env: process.env };
}

/** Returns whether to colour text on a stream: on terminals, unless `NO_COLOR` (https://no-color.org) is set. */
export function hasColours(output: Output, env: Io['env']): boolean {
  return output.isTTY === true && (env.NO_COLOR ?? '') === '';
}
