import { live } from '../../worker/live.ts';
import { explain } from './explain.ts';
import type { NetworkChoice, PlanInput, PlanOutput } from './messages.ts';
import { networks } from './networks.ts';
import type { Network } from './read-network.ts';

let output: PlanOutput = { kind: 'nothing' };

async function networkOf(choice: NetworkChoice): Promise<Network> {
  if (choice.kind === 'preset') return networks[choice.name];
  const module: Partial<Network> = await import(choice.url);
  const { inputs, donated, run } = module;
  if (inputs === undefined || typeof run !== 'function') {
    throw new Error('The program must export `inputs`, the shapes of its inputs by name, and the function `run`.');
  }
  return { inputs, donated, run };
}

await live<PlanInput, PlanOutput>({
  step: async () => false,
  report: async () => output,
  receive: async ({ network, machine, milliseconds }) => {
    try {
      output = { kind: 'explained', explanation: await explain(await networkOf(network), machine, milliseconds) };
    } catch (error) {
      const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
      output = { kind: 'failed', message, stack };
    }
  },
});
