// Trains a model in ONNX Runtime with a backup, and prints the bits of its state. Kills itself after some steps if
// requested. Arguments: the folder of the backup, the number of steps.
import '@manabi/backend-cpu/register';
import { setBackend } from '@manabi/core';
import { backupAndRestore } from '@manabi/serialization';
import './register.child.ts';
import { bitsOf, images, labels, quietly, statefulModel } from './stateful-model.fixture.ts';

const [backupDir, killAfter] = process.argv.slice(2);
await setBackend('onnxruntime');
const model = statefulModel();
let steps = 0;
await model.fit(images, labels, {
  ...quietly,
  epochs: 4,
  callbacks: [
    backupAndRestore({ backupDir, saveFreq: 1 }),
    { onBatchEnd: () => void (++steps === Number(killAfter) && process.kill(process.pid, 'SIGKILL')) },
  ],
});
console.log(JSON.stringify({ steps, bits: await bitsOf(model) }));
