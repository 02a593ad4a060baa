import { type Kind, kind, listOf, readArgument, text } from '@manabi/errors';
import { CommanderError } from 'commander';
import colors from 'picocolors';
import { commandLine } from './command-line.ts';
import { hasColours, type Io } from './io.ts';
import { Interrupted } from './saving.ts';
import { UsageError } from './usage-error.ts';

/** Done. */
const OK = 0;
/** Something failed: a file, a network, data. */
const FAILURE = 1;
/** The command was called wrongly. */
const USAGE = 2;
/** Ctrl-C ended it, as shells tell signals: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

const argvKind = listOf(text);

const ioKind: Kind<Io> = kind('an object such as processIo() returns', isIo);

function isIo(given: unknown): given is Io {
  if (typeof given !== 'object' || given === null) return false;
  const outputs: readonly unknown[] = [Reflect.get(given, 'stdout'), Reflect.get(given, 'stderr')];
  return outputs.every((output) => typeof output === 'object' && output !== null && 'write' in output);
}

/**
 * Runs a command as `manabi` does.
 *
 * @param argv what follows `manabi` in the command line
 * @returns the exit code: 0 when it did what was asked, 1 when that failed, 2 when it was called wrongly,
 * 130 when Ctrl-C ended it
 * @throws ManabiError `argument` for anything but a list of texts and an `Io`
 * @example `process.exitCode = await run(['train', 'xor'], processIo());`
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  readArgument('run', 'argv', argv, argvKind);
  readArgument('run', 'io', io, ioKind);
  try {
    await commandLine(io).parseAsync([...argv], { from: 'user' });
    return OK;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    if (error instanceof Interrupted) {
      io.stderr.write(`${error.message}\n`);
      return INTERRUPTED;
    }
    io.stderr.write(`${report(error, io, argv.includes('--debug') || argv.includes('--verbose'))}\n`);
    return error instanceof UsageError ? USAGE : FAILURE;
  }
}

function report(error: unknown, { stderr, env }: Io, withStack: boolean): string {
  const { red, dim } = colors.createColors(hasColours(stderr, env));
  const message = error instanceof Error ? error.message : String(error);
  const lines = [`${red('error:')} ${message}`];
  if (withStack) lines.push(dim(stackOf(error)));
  else if (error instanceof Error && isUnexpected(error)) lines.push(dim('--debug shows where it comes from.'));
  return lines.join('\n');
}

/** Whether an error is none that was thrown on purpose. */
function isUnexpected(error: Error): boolean {
  return !['ManabiError', 'FileError', 'UsageError', 'MissingPackage', 'Unfit'].includes(error.name);
}

/** The stack, and those of the errors behind it. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}
