import colors from 'picocolors';
import { hasColours, type Io, type Output } from './io.ts';

/** The streams and colours with which a command prints. */
export interface Terminal {
  /** Stream for everything except JSON: stdout, or stderr if `--json` reserves stdout. */
  readonly people: Output;
  /** Functions that colour text for `people`; they return it unchanged if the stream does not support colours. */
  readonly colours: ReturnType<typeof colors.createColors>;
  /** Prints text to `people`. */
  say(text?: string): void;
  /** Prints a line to stderr: a warning, or a choice that the command made. */
  note(text: string): void;
  /** Prints the result as one line of JSON to stdout if `--json` was passed. */
  finish(result: Readonly<Record<string, unknown>>): void;
}

/**
 * Creates the functions with which a command prints.
 *
 * @param json whether stdout carries exactly one line of JSON
 */
export function terminal({ stdout, stderr, env }: Io, json: boolean): Terminal {
  const people = json ? stderr : stdout;
  return {
    people,
    colours: colors.createColors(hasColours(people, env)),
    say: (text = '') => {
      people.write(`${text}\n`);
    },
    note: (text) => {
      stderr.write(`${text}\n`);
    },
    finish: (result) => {
      if (json) stdout.write(`${JSON.stringify(result)}\n`);
    },
  };
}
