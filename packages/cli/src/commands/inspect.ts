import { writeFileAtomic } from '@manabi/files';
import type { Command } from 'commander';
import { chooseMeasuredBackend } from '../choose-backend.ts';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { checkDestination } from '../destination.ts';
import { formatProfile } from '../inspect/format-profile.ts';
import { formatReport } from '../inspect/format-report.ts';
import { inspectFile } from '../inspect/inspect-file.ts';
import { profileModel } from '../inspect/profile-model.ts';
import { traceOf } from '../inspect/trace-events.ts';
import type { Io } from '../io.ts';
import { loadModelFile } from '../model-file.ts';
import { integer } from '../option-values.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { withThreads } from '../thread-option.ts';
import { UsageError } from '../usage-error.ts';

interface InspectOptions extends CommonOptions {
  readonly plan?: true;
  readonly batchSize?: number;
  readonly backend?: string;
  readonly threads?: number;
  readonly trace?: string;
}

/** Adds the command `manabi inspect FILE`. */
export function addInspect(program: Command, io: Io): void {
  const command = program
    .command('inspect')
    .description('Show what a model file contains, or profile the model')
    .argument('<file>', 'A .keras, .h5, .safetensors, .npz, .npy, .onnx or .checkpoint file, or a checkpoint folder')
    .option('--plan', 'Run a Keras model and list its kernels with bytes, FLOPs, time and share of the limit')
    .option('--batch-size <number>', 'Batch size for --plan (default: 32)', integer(1))
    .option('--backend <name>', 'Backend for --plan: cpu, webgpu or onnxruntime (default: cpu)')
    .option('--trace <file.json>', 'Also save the times of --plan, for Perfetto (ui.perfetto.dev) or chrome://tracing');
  withCommonOptions(withThreads(command), [
    'manabi inspect digits.keras',
    'manabi inspect weights.safetensors --json',
    'manabi inspect digits.keras --plan --batch-size 1',
    'manabi inspect digits.keras --plan --backend webgpu --trace steps.json',
    'manabi inspect digits.keras --plan --backend onnxruntime',
  ]);
  command.action((file: string, options: InspectOptions) => {
    const out = terminal(io, options.json === true);
    if (options.plan) return inspectPlan(file, options, out);
    const given = [
      ['--batch-size', options.batchSize],
      ['--backend', options.backend],
      ['--threads', options.threads],
      ['--trace', options.trace],
    ].find(([, value]) => value !== undefined);
    if (given !== undefined) throw new UsageError(`${given[0]} requires --plan.`);
    return inspect(file, out);
  });
}

async function inspect(path: string, out: Terminal): Promise<void> {
  const report = await inspectFile(path);
  out.say(formatReport(path, report));
  out.finish({ file: path, ...report });
}

async function inspectPlan(
  path: string,
  { batchSize = 32, backend = 'cpu', trace }: InspectOptions,
  out: Terminal,
): Promise<void> {
  if (trace !== undefined) await checkDestination('--trace', trace, '.json');
  await chooseMeasuredBackend(backend);
  const profile = await profileModel(await loadModelFile(path, { compile: false }), batchSize, backend);
  out.say(formatProfile(profile));
  if (trace !== undefined) {
    await writeFileAtomic(trace, traceOf(profile));
    out.say(`saved ${trace}`);
  }
  out.finish({ file: path, ...profile });
}
