// Functions run in the page of the tests of onnxruntime-web, where the exports are available as the global `manabi`.
import '@manabi/backend-cpu/register';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
import { registerBackend } from '@manabi/core';
import { graphBuilder } from '@manabi/ir';
import { images, labels, quietly, statefulModel } from './stateful-model.fixture.ts';

/** Backends that a page registers, by their names. */
const created = new Map<string, ReturnType<typeof createOnnxRuntimeBackend>>();

/** Registers a backend that uses a module of onnxruntime-web, under the path of the module. */
async function register(path: string): Promise<void> {
  const runtime: object = await import(path);
  registerBackend(path, () => {
    const backend = createOnnxRuntimeBackend({ runtime, leastOperations: 0, fallback: createCpuBackend() });
    created.set(path, backend);
    return backend;
  });
}

/** Losses of a training, the backend that holds its weights at the end, and where its graphs ran. */
export interface Outcome {
  readonly losses: readonly number[];
  readonly backend: string | null;
  readonly places: readonly string[];
}

/**
 * Trains the model for one step on `cpu`, then for three epochs on a backend.
 *
 * @param name `cpu`, or the path of a module of onnxruntime-web on the server
 */
export async function training(name: string): Promise<Outcome> {
  if (name !== 'cpu') await register(name);
  const model = statefulModel();
  await model.loadTrainer();
  await model.trainOnBatch(images, labels);
  await model.to(name);
  const { history } = await model.fit(images, labels, { ...quietly, epochs: 3 });
  const placements = (await created.get(name))?.placements() ?? [];
  return {
    losses: history.loss,
    backend: Object.values(model.values().trainable)[0].backend,
    places: placements.map(({ place }) => place),
  };
}

/** Returns the message of the error for a provider that the module cannot load. */
export async function unknownProvider(path: string): Promise<string> {
  const runtime: object = await import(path);
  const backend = await createOnnxRuntimeBackend({
    ...{ runtime, providers: ['cuda'], leastOperations: 0 },
    fallback: createCpuBackend(),
  });
  const b = graphBuilder();
  const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [3] }))]);
  return Promise.resolve(backend.compile(graph, { donated: [] })).then(
    () => 'no error',
    (error: unknown) => String(error),
  );
}
