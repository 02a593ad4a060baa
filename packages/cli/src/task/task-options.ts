import type { Command } from 'commander';
import { type RunOptions, withCommonOptions, withRunOptions } from '../options/command-options.ts';
import { integer } from '../options/option-values.ts';
import { type PageOptions, withPageOptions } from '../options/page-options.ts';
import { UsageError } from '../usage-error.ts';

/** Options of the commands that train a network on the data of the user. */
export interface TaskOptions extends RunOptions, PageOptions {
  readonly data: string;
  readonly out?: string;
  readonly epochs: number;
  readonly batchSize: number;
}

/** Defaults of the options that all tasks have. */
export interface TaskDefaults {
  readonly epochs: number;
  /** Smallest number of epochs. */
  readonly leastEpochs: 0 | 1;
  readonly batchSize: number;
}

/** Adds the options that all tasks have, and examples. */
export function withTaskOptions(
  command: Command,
  { epochs, leastEpochs, batchSize }: TaskDefaults,
  examples: readonly string[],
): Command {
  command
    .option('--out <model.keras>', 'Keras file to save the network to')
    .option('--epochs <number>', 'Number of epochs', integer(leastEpochs), epochs)
    .option('--batch-size <number>', 'Samples per step', integer(1), batchSize);
  return withCommonOptions(withPageOptions(withRunOptions(command)), examples);
}

/**
 * Checks that no options precede the name of a task: `manabi train --epochs 3 images` would ignore them.
 *
 * @throws UsageError if there are some
 */
export function checkPosition(command: Command): void {
  const { parent } = command;
  const given = parent?.options.find((option) => parent.getOptionValueSource(option.attributeName()) === 'cli');
  if (given === undefined) return;
  throw new UsageError(`Put the option ${given.long} after the name of the task: manabi train ${command.name()} …`);
}
