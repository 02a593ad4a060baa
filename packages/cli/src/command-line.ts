import { Command } from 'commander';
import { addConvert } from './commands/convert.ts';
import { addDashboard } from './commands/dashboard.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExport } from './commands/export.ts';
import { addHelp } from './commands/help.ts';
import { addInspect } from './commands/inspect.ts';
import { addPredict } from './commands/predict.ts';
import { addQuantize } from './commands/quantize.ts';
import { addServe } from './commands/serve.ts';
import { addTrain } from './commands/train.ts';
import { hasColours, type Io } from './io.ts';
import { version } from './version.ts';

/**
 * Creates the `manabi` command with all its subcommands. It prints only to the streams of `io` and throws errors
 * instead of ending the process.
 */
export function commandLine(io: Io): Command {
  const program = new Command('manabi')
    .description('Train, evaluate, run, export, convert and inspect neural networks.')
    .version(version(), '--version', 'Print the version')
    .helpOption('--help', 'Show help')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError("Run 'manabi --help' for a list of commands and options.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
      getOutHasColors: () => hasColours(io.stdout, io.env),
      getErrHasColors: () => hasColours(io.stderr, io.env),
    });
  addTrain(program, io);
  addEvaluate(program, io);
  addPredict(program, io);
  addServe(program, io);
  addExport(program, io);
  addConvert(program, io);
  addQuantize(program, io);
  addInspect(program, io);
  addDashboard(program, io);
  addDoctor(program, io);
  addHelp(program);
  for (const command of program.commands) {
    command.showHelpAfterError(`Run 'manabi ${command.name()} --help' for its options.`);
  }
  return program;
}
