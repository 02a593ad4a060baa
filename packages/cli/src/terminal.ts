import colors from 'picocolors';
import { hasColours, type Io, type Output } from './io.ts';

/** Where a command says what it does. */
export interface Terminal {
  /** Where text for people goes: stdout, or stderr when stdout carries JSON. */
  readonly people: Output;
  /** Colours for `people`; plain where it shows none. */
  readonly colours: ReturnType<typeof colors.createColors>;
  /** Prints a line, or several, for people. */
  say(text?: string): void;
  /** Prints a line on stderr: what was decided on the way, warnings. */
  note(text: string): void;
  /** Prints the result as one line of JSON on stdout, if that was asked for. */
  finish(result: Readonly<Record<string, unknown>>): void;
}

/** @param json whether stdout carries one line of JSON and nothing else */
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
