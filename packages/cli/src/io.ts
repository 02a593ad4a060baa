/** A place that text is written to: `process.stdout`, or what a test keeps. */
export interface Output {
  /** Whether it is a terminal: colours, and lines that are written over. */
  readonly isTTY?: boolean;
  /** Characters in a row of the terminal. */
  readonly columns?: number;
  /** Writes text as it is. */
  write(text: string): unknown;
}

/** The world around a command. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Settings of the environment: `NO_COLOR` is looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The world of this process. */
export function processIo(): Io {
  return { stdout: process.stdout, stderr: process.stderr, env: process.env };
}

/** Whether text written there may have colours: in a terminal, unless `NO_COLOR` (https://no-color.org) is set. */
export function hasColours(output: Output, env: Io['env']): boolean {
  return output.isTTY === true && (env.NO_COLOR ?? '') === '';
}
