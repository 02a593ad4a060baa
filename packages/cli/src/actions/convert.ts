import { stat } from 'node:fs/promises';
import { convertFile } from '../convert/convert-file.ts';
import type { CommonOptions } from '../options/command-options.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `manabi convert`. */
export interface ConvertOptions extends CommonOptions {
  readonly model?: string;
}

/** Converts a file, and prints the size of the new one. */
export async function convert(
  source: string,
  destination: string,
  { model }: ConvertOptions,
  out: Terminal,
): Promise<void> {
  await convertFile(source, destination, model ?? null);
  const { size } = await stat(destination);
  out.say(`saved ${destination}, ${size.toLocaleString('en-US')} bytes`);
  out.finish({ in: source, out: destination, bytes: size });
}
