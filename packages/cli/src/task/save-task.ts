import { type Model, saveModel } from 'manabi';
import { savedDespiteCtrlC } from '../saving.ts';
import type { Terminal } from '../terminal.ts';
import { type ModelTask, taskMetadata } from './model-task.ts';

/** Saves a network together with its task; does nothing without a path. Ctrl-C takes effect after the file is complete. */
export async function saveTask(
  network: Model,
  path: string | undefined,
  task: ModelTask,
  { say, note }: Terminal,
): Promise<void> {
  if (path === undefined) return;
  await savedDespiteCtrlC(async () => {
    await saveModel(network, path, { metadata: taskMetadata(task) });
    say(`saved ${path}`);
  }, note);
}
