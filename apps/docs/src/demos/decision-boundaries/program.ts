// Trains a small network on points of two classes, and shows what each of its units computes.
import { live } from '../../worker/live.ts';
import { type BoundaryNetwork, createBoundaryNetwork } from './boundary-network.ts';
import type { Input, Output, Settings } from './messages.ts';

/** Milliseconds per epoch, which is slow enough to watch. */
const PACE = 25;
/** Epochs after which training ends. */
const EPOCHS = 2000;

let settings: Settings | null = null;
let network: BoundaryNetwork | null = null;
let epoch = 0;
let lastEpoch = 0;

await live<Input, Output>({
  step: async () => {
    if (network === null || settings === null || epoch >= EPOCHS) return false;
    const wait = PACE - (performance.now() - lastEpoch);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    lastEpoch = performance.now();
    await network.trainEpoch(settings.batchSize);
    epoch++;
    return epoch < EPOCHS;
  },
  report: async () => {
    if (network === null) throw new Error('The page sends the settings first.');
    return network.report();
  },
  receive: async (next) => {
    // The learning rate and the batch size can change while the network trains; everything else needs a new network.
    if (network !== null && settings !== null && structureOf(settings) === structureOf(next)) {
      network.setLearningRate(next.learningRate);
    } else {
      network = await createBoundaryNetwork(next);
      epoch = 0;
    }
    settings = next;
  },
});

function structureOf({ learningRate, batchSize, ...structure }: Settings): string {
  return JSON.stringify(structure);
}
