// Saves two models alternately to the same four files, one for each format, until it is killed or has done so `count`
// times.
import { join } from 'node:path';
import '@manabi/backend-cpu/register';
import { FileError } from '@manabi/files';
import { saveCheckpoint, saveModel, saveWeights } from './index.ts';
import { filled } from './saved-models.fixture.ts';

/** Argument of this program, as JSON. */
export interface Saves {
  readonly folder: string;
  /** Milliseconds after the start of the first save at which this process kills itself. */
  readonly killWithin?: number;
  /** Number of times to save each file; the process then prints the codes of the errors. */
  readonly count?: number;
  /** Whether to switch to the user `nobody` first, because permissions do not restrict root. */
  readonly asNobody?: boolean;
}

const { folder, killWithin, count = Number.POSITIVE_INFINITY, asNobody = false }: Saves = JSON.parse(process.argv[2]);
const models = [filled(1), filled(2)];
const path = (name: string): string => join(folder, name);
const saves = [
  (model: (typeof models)[0]) => saveModel(model, path('model.keras')),
  (model: (typeof models)[0]) => saveWeights(model, path('weights.safetensors')),
  (model: (typeof models)[0]) => saveWeights(model, path('weights.npz')),
  (model: (typeof models)[0]) => saveCheckpoint(model, path('training.checkpoint')),
];
// Load lazy modules before the first kill, and before switching to a user who may not read them.
const { memoryStore } = await import('./index.ts');
await saveModel(models[0], memoryStore('model.keras'));
if (asNobody) process.setuid?.(65_534);
if (killWithin !== undefined) setTimeout(() => process.kill(process.pid, 'SIGKILL'), killWithin);
const codes: string[] = [];
let done = 0;
for (let round = 0; round < count; round++) {
  for (const save of saves) {
    try {
      await save(models[round % 2]);
      done++;
    } catch (error) {
      codes.push(error instanceof FileError ? error.code : String(error));
    }
  }
  // If the process is killed, only this output shows how many saves it completed.
  if (killWithin !== undefined) process.stdout.write(`${done} `);
}
console.log(JSON.stringify({ done, codes }));
