import { compilePlan, type PlanTarget, printPlan } from '@manabi/compiler';
import { interpretPlan } from '@manabi/compiler/interpret';
import { type Backend, type Buffer, type HostArray, ManabiError, type TensorType } from '@manabi/ir';

/** Elements, or the error of the run that was to compute them. */
type Held = HostArray | ManabiError;

/**
 * A backend that interprets plans for a target and checks that they keep its rules: it tells whether a plan would run on
 * a machine that is not there. Like such a machine it reports index errors late, when what a run has computed is read.
 */
export function createPlanBackend(target: PlanTarget): Backend {
  const held = new Map<Buffer, Held>();
  const hold = ({ dtype, shape }: TensorType, elements: Held): Buffer => {
    const buffer = { type: { dtype, shape }, backend };
    held.set(buffer, elements);
    return buffer;
  };
  const heldBy = (buffer: Buffer): Held => {
    const elements = held.get(buffer);
    if (elements !== undefined) return elements;
    throw new ManabiError('disposed', 'The buffer was released. Upload its elements again.', { op: target.name });
  };
  const backend: Backend = {
    name: target.name,
    upload: (array) => hold(array, { ...array, data: array.data.slice() }),
    read: (buffer) => {
      const elements = heldBy(buffer);
      if (elements instanceof ManabiError) throw elements;
      return { ...elements, data: elements.data.slice() };
    },
    release: (buffer) => {
      heldBy(buffer);
      held.delete(buffer);
    },
    compile: (graph, { donated }) => {
      const plan = compilePlan(graph, { target, donated });
      const results = (inputs: readonly Held[]): readonly Held[] => {
        const arrays: HostArray[] = [];
        for (const input of inputs) {
          if (input instanceof ManabiError) return plan.outputs.map(() => input);
          arrays.push(input);
        }
        try {
          return interpretPlan(plan, arrays, { target });
        } catch (error) {
          if (!(error instanceof ManabiError) || error.code !== 'index') throw error;
          return plan.outputs.map(() => error);
        }
      };
      return {
        run: (inputs) => {
          const outputs = results(inputs.map(heldBy));
          for (const input of donated) held.delete(inputs[input]);
          return outputs.map((elements, output) => hold(plan.outputs[output], elements));
        },
        describe: () => printPlan(plan),
        dispose: () => {},
      };
    },
    memory: () => {
      const arrays = [...held.values()].flatMap((elements) => (elements instanceof ManabiError ? [] : [elements]));
      const bytes = arrays.reduce((sum, { data }) => sum + data.byteLength, 0);
      return { held: bytes, reserved: bytes, buffers: held.size };
    },
  };
  return backend;
}
