import { expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
import { graphBuilder, registerBackend } from '@manabi/ir';
import { describeWhere } from '@manabi/testing';
import { webModulePath, webRequirement } from './onnxruntime-web.fixture.ts';
import { bitsOf, images, labels, quietly, statefulModel } from './stateful-model.fixture.ts';

describeWhere(webRequirement, 'the backend onnxruntime with the module onnxruntime-web', () => {
  test('trains like the CPU', async () => {
    const runtime: object = await import(webModulePath ?? '');
    registerBackend('onnxruntime-web', () =>
      createOnnxRuntimeBackend({ runtime, leastOperations: 0, fallback: createCpuBackend() }),
    );
    registerBackend('cpu', () => createCpuBackend());
    const losses: number[][] = [];
    for (const backend of ['cpu', 'onnxruntime-web']) {
      const model = statefulModel();
      await model.loadTrainer();
      await model.trainOnBatch(images, labels);
      await model.to(backend);
      const { history } = await model.fit(images, labels, { ...quietly, epochs: 3 });
      expect(Object.values(model.values().trainable)[0].backend).toBe(backend === 'cpu' ? 'cpu' : 'onnxruntime');
      losses.push([...history.loss]);
      expect(Object.keys(await bitsOf(model)).length).toBeGreaterThan(20);
    }
    for (const [i, loss] of losses[0].entries()) expect(losses[1][i]).toBeCloseTo(loss, 4);
  });

  test('reports providers that the module lacks', async () => {
    const runtime: object = await import(webModulePath ?? '');
    const backend = await createOnnxRuntimeBackend({
      ...{ runtime, providers: ['cuda'], leastOperations: 0 },
      fallback: createCpuBackend(),
    });
    const b = graphBuilder();
    const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [3] }))]);
    await expect(backend.compile(graph, { donated: [] })).rejects.toMatchObject({ code: 'argument' });
  });
});
