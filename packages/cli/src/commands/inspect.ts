import { createCpuBackend } from '@manabi/backend-cpu';
import type { Command } from 'commander';
import { registerBackend, setBackend } from 'manabi';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { formatProfile } from '../inspect/format-profile.ts';
import { formatReport } from '../inspect/format-report.ts';
import { inspectFile } from '../inspect/inspect-file.ts';
import { profileModel } from '../inspect/profile-model.ts';
import type { Io } from '../io.ts';
import { loadModelFile } from '../model-file.ts';
import { integer } from '../option-values.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface InspectOptions extends CommonOptions {
  readonly plan?: true;
  readonly batchSize?: number;
}

/** Adds the command `manabi inspect FILE`. */
export function addInspect(program: Command, io: Io): void {
  const command = program
    .command('inspect')
    .description('Show what a model file contains, or profile the model')
    .argument('<file>', 'A .keras, .h5, .safetensors, .npz, .npy, .onnx or .checkpoint file, or a checkpoint folder')
    .option('--plan', 'Run a Keras model and list its kernels with bytes, FLOPs, time and share of the limit')
    .option('--batch-size <number>', 'Batch size for --plan (default: 32)', integer(1));
  withCommonOptions(command, [
    'manabi inspect digits.keras',
    'manabi inspect weights.safetensors --json',
    'manabi inspect digits.keras --plan --batch-size 1',
  ]);
  command.action((file: string, options: InspectOptions) => {
    const out = terminal(io, options.json === true);
    if (options.plan) return inspectPlan(file, options.batchSize ?? 32, out);
    if (options.batchSize !== undefined) throw new UsageError('--batch-size requires --plan.');
    return inspect(file, out);
  });
}

async function inspect(path: string, out: Terminal): Promise<void> {
  const report = await inspectFile(path);
  out.say(formatReport(path, report));
  out.finish({ file: path, ...report });
}

async function inspectPlan(path: string, batchSize: number, out: Terminal): Promise<void> {
  registerBackend('cpu-measured', () => createCpuBackend({ measures: true }));
  await setBackend('cpu-measured');
  const profile = await profileModel(await loadModelFile(path, { compile: false }), batchSize);
  out.say(formatProfile(profile));
  out.finish({ file: path, ...profile });
}
