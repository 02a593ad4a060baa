import { type Kind, kind, listOf, readArgument, text } from '@manabi/errors';
import { CommanderError } from 'commander';
import colors from 'picocolors';
import { commandLine } from './command-line.ts';
import { hasColours, type Io } from './io.ts';
import { Interrupted } from './saving.ts';
import { UsageError } from './usage-error.ts';

/** Exit code of success. */
const OK = 0;
/** Exit code of a failure of a file, network or computation. */
const FAILURE = 1;
/** Exit code for invalid arguments. */
const USAGE = 2;
/** Exit code after Ctrl-C: 128 plus the number of SIGINT, as in shells. */
const INTERRUPTED = 130;

const argvKind = listOf(text);

const ioKind: Kind<Io> = kind('an object with stdout, stderr and env, such as processIo()', isIo);

function isIo(given: unknown): given is Io {
  if (typeof given !== 'object' || given === null) return false;
  const outputs: readonly unknown[] = [Reflect.get(given, 'stdout'), Reflect.get(given, 'stderr')];
  return outputs.every((output) => typeof output === 'object' && output !== null && 'write' in output);
}

/**
 * Runs a `manabi` command.
 *
 * @param argv arguments after `manabi` on the command line
 * @param io streams that the command writes to
 * @returns exit code: 0 for success, 1 for a failure, 2 for a usage error, 130 if Ctrl-C interrupted the command
 * @throws ManabiError `argument` if `argv` is not a list of strings or `io` lacks its streams
 * @example
 * ```ts
 * import { processIo, run } from '@manabi/cli';
 *
 * console.log(await run(['train', 'xor', '--epochs', '2', '--json'], processIo())); // 0
 * console.log(await run(['train', 'chess'], processIo())); // 2
 * ```
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
  else if (error instanceof Error && isUnexpected(error))
    lines.push(dim('Run again with --debug to see the stack trace.'));
  return lines.join('\n');
}

/** Returns whether an error has a class that manabi never throws on purpose, such as TypeError. */
function isUnexpected(error: Error): boolean {
  return !['ManabiError', 'FileError', 'UsageError', 'MissingPackage', 'UnsupportedMachine', 'ServeError'].includes(
    error.name,
  );
}

/** Returns the stack trace of an error, followed by those of its causes. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(error.cause)}`;
}
