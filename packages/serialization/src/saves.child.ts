// Saves two models by turns, in four formats, over the same files: until it kills itself, or a save fails and it tells how.
import { join } from 'node:path';
import '@manabi/backend-cpu/register';
import { FileError } from '@manabi/files';
import { saveCheckpoint, saveModel, saveWeights } from './index.ts';
import { filled } from './saved-models.fixture.ts';

/** What it is told. */
export interface Saves {
  readonly folder: string;
  /** Kills itself so many milliseconds after the first save began. */
  readonly killWithin?: number;
  /** Saves so many times, and tells the codes of the errors. */
  readonly count?: number;
  /** Becomes nobody first, whom permissions bind. */
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
// What saving loads lazily is there before the first kill, and before nobody may read it.
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
  // Where it is killed, nothing else tells how far it came.
  if (killWithin !== undefined) process.stdout.write(`${done} `);
}
console.log(JSON.stringify({ done, codes }));
