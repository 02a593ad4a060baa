import { writeFileAtomic } from '@manabi/files';
import { chooseMeasuredBackend } from '../choose-backend.ts';
import { checkDestination } from '../destination.ts';
import { formatProfile } from '../inspect/format-profile.ts';
import { formatReport } from '../inspect/format-report.ts';
import { inspectFile } from '../inspect/inspect-file.ts';
import { profileModel } from '../inspect/profile-model.ts';
import { traceOf } from '../inspect/trace-events.ts';
import { loadModelFile } from '../model-file.ts';
import type { CommonOptions } from '../options/command-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** Options of `manabi inspect`. */
export interface InspectOptions extends CommonOptions {
  readonly plan?: true;
  readonly batchSize?: number;
  readonly backend?: string;
  readonly threads?: number;
  readonly trace?: string;
}

/**
 * Prints what a file contains, or the plan of a model with its times.
 *
 * @throws UsageError for options that require `--plan`
 */
export function inspect(file: string, options: InspectOptions, out: Terminal): Promise<void> {
  if (options.plan) return inspectPlan(file, options, out);
  const given = [
    ['--batch-size', options.batchSize],
    ['--backend', options.backend],
    ['--threads', options.threads],
    ['--trace', options.trace],
  ].find(([, value]) => value !== undefined);
  if (given !== undefined) throw new UsageError(`${given[0]} requires --plan.`);
  return inspectContents(file, out);
}

async function inspectContents(path: string, out: Terminal): Promise<void> {
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
