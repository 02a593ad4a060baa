import type { Command } from 'commander';
import type { InspectOptions } from '../actions/inspect.ts';
import type { Io } from '../io.ts';
import { withCommonOptions } from '../options/command-options.ts';
import { withThreads } from '../options/cpu-options.ts';
import { integer } from '../options/option-values.ts';

import { terminal } from '../terminal.ts';

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
  command.action(async (file: string, options: InspectOptions) => {
    const { inspect } = await import('../actions/inspect.ts');
    await inspect(file, options, terminal(io, options.json === true));
  });
}
