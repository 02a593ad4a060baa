import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { convertFile } from '../convert/convert-file.ts';
import type { Io } from '../io.ts';
import { type Terminal, terminal } from '../terminal.ts';

interface ConvertOptions extends CommonOptions {
  readonly model?: string;
}

/** Adds the command `manabi convert IN OUT`. */
export function addConvert(program: Command, io: Io): void {
  const command = program
    .command('convert')
    .description('Convert a model or its weights to another format')
    .argument('<in>', 'A .keras, .h5, .weights.h5, .safetensors or .npz file')
    .argument('<out>', 'A .keras, .onnx, .weights.h5, .safetensors or .npz file')
    .option('--model <model.keras>', 'Model with the layers; required if <in> contains only weights');
  withCommonOptions(command, [
    'manabi convert digits.keras digits.safetensors',
    'manabi convert digits.safetensors digits.npz',
    'manabi convert trained.weights.h5 trained.keras --model digits.keras',
  ]);
  command.action((source: string, destination: string, options: ConvertOptions) =>
    convert(source, destination, options, terminal(io, options.json === true)),
  );
}

async function convert(source: string, destination: string, { model }: ConvertOptions, out: Terminal): Promise<void> {
  await convertFile(source, destination, model ?? null);
  const { size } = await stat(destination);
  out.say(`saved ${destination}, ${size.toLocaleString('en-US')} bytes`);
  out.finish({ in: source, out: destination, bytes: size });
}
