import { compilePlan, type PlanTarget, printPlan } from '@manabi/compiler';
import { interpretPlan } from '@manabi/compiler/interpret';
import { type Backend, type Buffer, type HostArray, ManabiError } from '@manabi/ir';

/**
 * A backend that interprets plans for a target and checks that they keep its rules: it tells whether a plan would run on
 * a machine that is not there.
 */
export function createPlanBackend(target: PlanTarget): Backend {
  const held = new Map<Buffer, HostArray>();
  const hold = (array: HostArray): Buffer => {
    const buffer = { type: { dtype: array.dtype, shape: array.shape }, backend };
    held.set(buffer, array);
    return buffer;
  };
  const elements = (buffer: Buffer): HostArray => {
    const array = held.get(buffer);
    if (array !== undefined) return array;
    throw new ManabiError('disposed', 'The buffer was released. Upload its elements again.', { op: target.name });
  };
  const backend: Backend = {
    name: target.name,
    upload: (array) => hold({ ...array, data: array.data.slice() }),
    read: (buffer) => {
      const array = elements(buffer);
      return { ...array, data: array.data.slice() };
    },
    release: (buffer) => {
      elements(buffer);
      held.delete(buffer);
    },
    compile: (graph, { donated }) => {
      const plan = compilePlan(graph, { target, donated });
      return {
        run: (inputs) => {
          const arrays = inputs.map(elements);
          for (const input of donated) held.delete(inputs[input]);
          return interpretPlan(plan, arrays, { target }).map(hold);
        },
        describe: () => printPlan(plan),
        dispose: () => {},
      };
    },
    memory: () => {
      const bytes = [...held.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
      return { held: bytes, reserved: bytes, buffers: held.size };
    },
  };
  return backend;
}
