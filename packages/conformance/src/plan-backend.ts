import { compilePlan, gpuRoutineTable, gpuStrategies, type PlanTarget, storableDTypes } from '@manabi/compiler';
import { interpretPlan } from '@manabi/compiler/interpret';
import { printPlan } from '@manabi/compiler/report';
import {
  type Backend,
  BufferLedger,
  BufferRun,
  dtypes,
  type HostArray,
  ManabiError,
  type RunSignature,
  sizeOf,
  type TensorType,
} from '@manabi/ir';

/** Memory of a buffer: its elements, or the error of the run that failed to compute them. */
interface Cell {
  content: HostArray | ManabiError | null;
}

/**
 * Creates a backend that compiles plans for a target and runs them in the plan interpreter, so the hardware is not
 * needed. Checks that plans respect the limits of the target. Like a GPU, it reports index errors when the results of a
 * run are read.
 */
export function createPlanBackend(target: PlanTarget): Backend {
  const backend: Backend = {
    name: target.name,
    dtypes: storableDTypes(target),
    upload: ({ dtype, shape, data }) =>
      ledger.hold({ dtype, shape }, { content: { dtype, shape, data: data.slice() } }),
    read: (buffer) => {
      const { content } = ledger.memoryOf(buffer, 'read');
      if (content instanceof ManabiError) throw content;
      if (content === null) throw new TypeError('The buffer must be written before it is read.');
      return { ...content, data: content.data.slice() };
    },
    release: (buffer) => ledger.release(buffer),
    compile: (graph, { donated }) => {
      const plan = compilePlan(graph, { target, donated, strategies: gpuStrategies, routineTable: gpuRoutineTable });
      const { inputs, outputs } = plan;
      const signature: RunSignature = { inputs, outputs, reuses: outputs.map(() => null), donated };
      return {
        run: (given) => {
          const run = new BufferRun(ledger, signature, given);
          try {
            const results = resultsOf(run.inputs);
            for (const [output, cell] of run.outputs.entries()) cell.content = results[output];
          } catch (error) {
            run.fail(error);
            throw error;
          }
          return run.succeed();
        },
        describe: async () => printPlan(plan, gpuRoutineTable),
        dispose: () => {},
      };

      function resultsOf(cells: readonly Cell[]): readonly (HostArray | ManabiError)[] {
        const arrays: HostArray[] = [];
        for (const { content } of cells) {
          if (content instanceof ManabiError) return outputs.map(() => content);
          if (content !== null) arrays.push(content);
        }
        try {
          return interpretPlan(plan, arrays, { target });
        } catch (error) {
          if (!(error instanceof ManabiError) || error.code !== 'index') throw error;
          return outputs.map(() => error);
        }
      }
    },
    memory: () => ({ held: ledger.held, reserved: ledger.held, buffers: ledger.buffers }),
  };
  const ledger = new BufferLedger<Cell>(backend, {
    allocate: () => ({ content: null }),
    free: () => {},
    bytesOf: ({ dtype, shape }: TensorType) => sizeOf(shape) * dtypes[dtype].bytes,
  });
  return backend;
}
