import '@manabi/backend-cpu/register';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/core';
import { model as functional, input, layers, sequential } from '@manabi/layers';
import type { Predictor } from '../predictor/predictor.ts';
import { createHandler, type Handler } from './handler.ts';

const model = sequential([
  layers.dense({ units: 2, kernelInitializer: 'ones', biasInitializer: 'ones', inputShape: [3], name: 'scores' }),
]);
const handler = createHandler(model, { name: 'sum', maxBodyBytes: 100_000 });
afterAll(() => handler.close());

/** Sends JSON to a handler. */
async function post(
  path: string,
  body: unknown,
  { to = handler, headers = {} }: { readonly to?: Handler; readonly headers?: Record<string, string> } = {},
) {
  const response = await to(
    new Request(`http://localhost${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    }),
  );
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const get = (path: string, to = handler) => to(new Request(`http://localhost${path}`));

const predict = '/v1/models/sum:predict';
const infer = '/v2/models/sum/infer';

describe('createHandler, for requests of TensorFlow Serving,', () => {
  test.each([
    [
      'a list of samples',
      {
        instances: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      {
        predictions: [
          [7, 7],
          [16, 16],
        ],
      },
    ],
    ['samples with names', { instances: [{ input_layer: [1, 2, 3] }] }, { predictions: [[7, 7]] }],
    ['one array', { inputs: [[1, 2, 3]] }, { outputs: [[7, 7]] }],
    ['a named array', { inputs: { input_layer: [[1, 2, 3]] } }, { outputs: [[7, 7]] }],
    ['a signature', { signature_name: 'serving_default', inputs: [[0, 0, 0.5]] }, { outputs: [[1.5, 1.5]] }],
  ])('predicts %s', async (_, body, expected) => {
    expect(await post(predict, body)).toMatchObject({ status: 200, body: expected });
  });

  test('predicts models with several inputs and outputs', async () => {
    const left = input({ shape: [2], name: 'left' });
    const right = input({ shape: [1], name: 'right' });
    const outputs = [
      layers.concatenate({ name: 'both' }).apply([left, right]),
      layers.flatten({ name: 'same' }).apply(right),
    ];
    const pair = createHandler(functional({ inputs: [left, right], outputs }), { name: 'pair' });
    const path = '/v1/models/pair:predict';
    const rows = {
      instances: [
        { left: [1, 2], right: [3] },
        { right: [6], left: [4, 5] },
      ],
    };
    expect((await post(path, rows, { to: pair })).body).toEqual({
      predictions: [
        { both: [1, 2, 3], same: [3] },
        { both: [4, 5, 6], same: [6] },
      ],
    });
    const columns = { inputs: { left: [[1, 2]], right: [[3]] } };
    expect((await post(path, columns, { to: pair })).body).toEqual({ outputs: { both: [[1, 2, 3]], same: [[3]] } });
    expect(await post(path, { instances: [{ left: [1, 2] }] }, { to: pair })).toMatchObject({
      status: 400,
      body: { error: '"instances"[0] lacks the input right.' },
    });
    expect((await post(path, { instances: [[1, 2]] }, { to: pair })).body.error).toMatch('The model has 2 inputs');
    await pair.close();
  });

  test.each([
    ['a body that is no object', [1], 'The request body must be an object'],
    ['an unknown key', { instance: [[1, 2, 3]] }, "Unknown key 'instance'"],
    ['neither form', {}, 'either "instances" or "inputs"; got neither'],
    ['both forms', { instances: [[1, 2, 3]], inputs: [[1, 2, 3]] }, 'got both'],
    ['another signature', { signature_name: 'x', inputs: [[1, 2, 3]] }, 'Expected "serving_default"'],
    ['another length', { instances: [[1, 2]] }, "Input 'input_layer' must have shape [batch, 3]; got [1, 2]."],
    ['a sample without a batch', { instances: [1, 2, 3] }, 'Put the sample into an array: [sample].'],
    ['no samples', { instances: [] }, 'got [0]'],
    ['an unknown input', { instances: [{ inputs: [1, 2, 3] }] }, 'Unknown input \'inputs\' in "instances"[0].'],
    ['texts', { instances: ['a'] }, 'The model does not take texts'],
    ['booleans', { instances: [[true, true, false]] }, 'must contain float32; got booleans'],
    ['null', { instances: [[null, 1, 2]] }, 'different types'],
    ['numbers beyond float32', { instances: [[1, 2, 1e39]] }, 'finite numbers of float32; got 1e+39 at index [0, 2]'],
    [
      'samples of different lengths',
      {
        instances: [
          [1, 2, 3],
          [1, 2],
        ],
      },
      'expected shape [3]',
    ],
    ['NaN', '{"instances": [[NaN, 1, 2]]}', 'JSON has no NaN'],
    ['text that is not JSON', 'hello', 'not valid JSON at byte 0'],
    ['no body', '', 'has no body'],
  ])('rejects %s', async (_, body, message) => {
    expect(await post(predict, body)).toMatchObject({
      status: 400,
      body: { code: 'invalid', error: expect.stringContaining(message) },
    });
  });

  test('describes the status and the signature', async () => {
    expect(await (await get('/v1/models/sum')).json()).toMatchObject({
      model_version_status: [{ version: '1', state: 'AVAILABLE' }],
    });
    expect(await (await get('/v1/models/sum/versions/1/metadata')).json()).toMatchObject({
      metadata: {
        signature_def: {
          signature_def: {
            serving_default: {
              inputs: { input_layer: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1' }, { size: '3' }] } } },
            },
          },
        },
      },
    });
  });
});

describe('createHandler, for requests of KServe,', () => {
  const tensor = { name: 'input_layer', datatype: 'FP32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] };

  test.each([
    ['flat', tensor.data],
    [
      'nested',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
  ])('predicts %s data', async (_, data) => {
    expect(await post(infer, { id: 'a', inputs: [{ ...tensor, data }] })).toMatchObject({
      status: 200,
      body: {
        model_name: 'sum',
        model_version: '1',
        id: 'a',
        outputs: [{ name: expect.any(String), datatype: 'FP32', shape: [2, 2], data: [7, 7, 16, 16] }],
      },
    });
  });

  test('reads and writes binary data', async () => {
    const { outputs } = await (await get('/v2/models/sum')).json();
    const json = new TextEncoder().encode(
      JSON.stringify({
        inputs: [{ name: 'input_layer', datatype: 'FP32', shape: [2, 3], parameters: { binary_data_size: 24 } }],
        outputs: [{ name: outputs[0].name, parameters: { binary_data: true } }],
      }),
    );
    const body = new Uint8Array([...json, ...new Uint8Array(Float32Array.from(tensor.data).buffer)]);
    const headers = {
      'inference-header-content-length': String(json.length),
      'content-type': 'application/octet-stream',
    };
    const response = await handler(new Request(`http://localhost${infer}`, { method: 'POST', headers, body }));
    expect(response.status).toBe(200);
    const length = Number(response.headers.get('inference-header-content-length'));
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(0, length)))).toMatchObject({
      outputs: [{ shape: [2, 2], parameters: { binary_data_size: 16 } }],
    });
    expect(new Float32Array(bytes.slice(length).buffer)).toEqual(Float32Array.of(7, 7, 16, 16));
    const wrong = await handler(
      new Request(`http://localhost${infer}`, { method: 'POST', headers, body: body.subarray(0, body.length - 1) }),
    );
    expect(wrong.status).toBe(400);
  });

  test.each([
    [
      'another datatype',
      { ...tensor, datatype: 'INT32' },
      '"datatype" of input \'input_layer\' must be "FP32"; got "INT32".',
    ],
    ['an unknown name', { ...tensor, name: 'inputs' }, "Unknown name 'inputs'"],
    ['another shape', { ...tensor, shape: [3, 2] }, 'must have shape [batch, 3]; got [3, 2]'],
    ['too few elements', { ...tensor, data: [1] }, 'must contain 6 elements'],
    ['no data', { name: 'input_layer', datatype: 'FP32', shape: [2, 3] }, 'must be an array of float32; got nothing'],
  ])('rejects %s', async (_, wrong, message) => {
    expect(await post(infer, { inputs: [wrong] })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(message) },
    });
  });

  test('describes the server and the model', async () => {
    expect(await (await get('/v2')).json()).toMatchObject({ extensions: ['binary_tensor_data'] });
    expect(await (await get('/v2/models/sum')).json()).toMatchObject({
      name: 'sum',
      inputs: [{ name: 'input_layer', datatype: 'FP32', shape: [-1, 3] }],
    });
    expect((await get('/v2/health/live')).status).toBe(200);
    expect((await get('/v2/health/ready')).status).toBe(200);
  });
});

describe('createHandler', () => {
  test('answers 404 for unknown paths, 405 for other methods, 415 for other types, and 413 for large bodies', async () => {
    expect(await post('/v1/models/other:predict', {})).toMatchObject({ status: 404, body: { code: 'notFound' } });
    const wrong = await get(predict);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect(await post(predict, '{}', form)).toMatchObject({
      status: 415,
      body: { error: expect.stringContaining('curl') },
    });
    expect(await post(predict, '{}', { headers: { 'content-type': 'image/png' } })).toMatchObject({ status: 415 });
    expect(await post(predict, 'x'.repeat(100_001))).toMatchObject({ status: 413, body: { code: 'tooLarge' } });
  });

  test('describes the API as OpenAPI and as a page that loads nothing from elsewhere', async () => {
    const api = await (await get('/openapi.json')).json();
    expect(api).toMatchObject({ openapi: '3.1.0', info: { title: 'sum' } });
    expect(Object.keys(api.paths)).toContain(predict);
    const page = await get('/');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).toContain('[batch, 3]');
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test('counts requests and batches', async () => {
    await post(predict, {
      instances: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    });
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(/^manabi_requests_total\{model="sum",code="200"\} \d+$/m);
    expect(text).toMatch(/^manabi_requests_total\{model="sum",code="400"\} \d+$/m);
    expect(text).toMatch(/^manabi_padding_rows_total\{model="sum"\} [1-9]\d*$/m);
    expect(text).toMatch(/^manabi_batch_rows_bucket\{model="sum",le="\+Inf"\} [1-9]\d*$/m);
  });

  test('serves below a base path', async () => {
    const based = createHandler(model, { name: 'sum', basePath: '/api/ai' });
    expect((await get('/api/ai/', based)).status).toBe(200);
    expect(await post(`/api/ai${predict}`, { inputs: [[1, 2, 3]] }, { to: based })).toMatchObject({ status: 200 });
    expect((await post(predict, {}, { to: based })).status).toBe(404);
    await based.close();
  });

  test.each([
    [{ name: 'a/b' }],
    [{ basePath: 'api' }],
    [{ basePath: '/api/' }],
    [{ maxBatchSize: 1.5 }],
    [{ maxBatch: 3 }],
  ])('rejects the options %j', (options: object) => {
    expect(() => createHandler(model, options)).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('rejects values that are not models', () => {
    expect(() => createHandler('model.keras' as never)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('createHandler, with a stub of a model,', () => {
  const ports = [{ name: 'x', element: 'INT64', shape: [null, 1] }] as const;
  let finish: (() => void)[] = [];
  beforeEach(() => {
    finish = [];
  });

  /** Creates a model that returns its inputs when the test says so. */
  const stub = (parts: Partial<Predictor> = {}): Predictor => ({
    inputs: ports,
    outputs: ports,
    independentRows: true,
    fixedBatch: null,
    classNames: null,
    preparation: null,
    predict: (inputs) => new Promise((resolve) => finish.push(() => resolve(inputs))),
    warmUp: async () => {},
    close: async () => {},
    ...parts,
  });
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
  const path = '/v1/models/model:predict';

  test('does not compute a request whose client disconnected while it waited', async () => {
    const batches: number[] = [];
    const to = createHandler(
      stub({
        predict: (inputs: readonly HostArray[]) => {
          batches.push(inputs[0].shape[0]);
          return new Promise((resolve) => finish.push(() => resolve(inputs)));
        },
      }),
    );
    const first = post(path, { inputs: [[1]] }, { to });
    await settled();
    const controller = new AbortController();
    const cancelled = to(
      new Request(`http://localhost${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"inputs": [[2], [3]]}',
        signal: controller.signal,
      }),
    );
    await settled();
    controller.abort();
    expect((await cancelled).status).toBe(499);
    finish.shift()?.();
    expect((await first).body).toEqual({ outputs: [[1]] });
    await to.close();
    expect(batches).toEqual([1]);
  });

  test('answers accepted requests during close, and 503 with Retry-After to others', async () => {
    const to = createHandler(stub());
    const accepted = post(path, { inputs: [[1]] }, { to });
    await settled();
    let isClosed = false;
    const closed = to.close().then(() => {
      isClosed = true;
    });
    const late = await post(path, { inputs: [[1]] }, { to });
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await get('/v2/health/ready', to)).status).toBe(503);
    expect(isClosed).toBe(false);
    finish.shift()?.();
    expect((await accepted).status).toBe(200);
    await closed;
  });

  test('answers 503 with Retry-After when the queue is full', async () => {
    const to = createHandler(stub(), { maxQueueRows: 2 });
    const first = post(path, { inputs: [[1]] }, { to });
    await settled();
    const second = post(path, { inputs: [[1], [2]] }, { to });
    await settled();
    const third = await post(path, { inputs: [[1]] }, { to });
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
    for (let i = 0; i < 2; i++) {
      finish.shift()?.();
      await settled();
    }
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    await to.close();
  });

  test('accepts integers of int64 that float64 represents, and rejects fractions', async () => {
    const to = createHandler(stub({ predict: async (inputs) => inputs }));
    const { body } = await post(path, { inputs: [[9007199254740991], [-5]] }, { to });
    expect(body).toEqual({ outputs: [[9007199254740991], [-5]] });
    expect((await post(path, { inputs: [[1.5]] }, { to })).body.error).toMatch('must contain integers');
    await to.close();
  });

  test('answers 500 if the model computes NaN, rather than JSON that is invalid', async () => {
    const errors: unknown[] = [];
    const to = createHandler(
      stub({
        predict: async ([x]) => [hostArray('float64', x.shape, new Float64Array(x.data.length).fill(Number.NaN))],
      }),
      { onError: (error) => errors.push(error) },
    );
    expect(await post(path, { inputs: [[1]] }, { to })).toMatchObject({
      status: 500,
      body: { error: expect.stringContaining('The model computed NaN') },
    });
    expect(errors).toHaveLength(1);
    await to.close();
  });

  test('does not reveal the messages of unexpected errors', async () => {
    const to = createHandler(stub({ predict: () => Promise.reject(new TypeError('secret')) }));
    const { status, body } = await post(path, { inputs: [[1]] }, { to });
    expect(status).toBe(500);
    expect(body.error).not.toContain('secret');
    await to.close();
  });

  test('prepares images, and names the most probable classes', async () => {
    const scores = (items: readonly (Uint8Array | string)[]) =>
      hostArray('float64', [items.length, 2], Float64Array.from(items.flatMap((item) => [item.length % 7, 3])));
    const to = createHandler(
      stub({
        outputs: [{ name: 'scores', element: 'FP64', shape: [null, 2] }],
        classNames: ['cat', 'dog'],
        predict: async (inputs) => inputs,
        preparation: { kind: 'images', prepare: async (items) => [scores(items)] },
      }),
    );
    const image = { to, headers: { 'content-type': 'image/png' } };
    expect((await post(path, new Uint8Array(5), image)).body).toEqual({ predictions: [[5, 3]], labels: ['cat'] });
    const encoded = { instances: [{ b64: btoa('12345') }, { b64: btoa('12') }] };
    expect((await post(path, encoded, { to })).body).toEqual({
      predictions: [
        [5, 3],
        [2, 3],
      ],
      labels: ['cat', 'dog'],
    });
    await to.close();
  });

  test('reports why a model could not be opened', async () => {
    const to = createHandler(Promise.reject(new RangeError('no memory')));
    await expect(to.ready).rejects.toThrow('no memory');
    expect((await post(path, { inputs: [[1]] }, { to })).status).toBe(500);
    expect((await get('/v2/health/live', to)).status).toBe(200);
    expect((await get('/v2/health/ready', to)).status).toBe(503);
    await to.close();
  });
});
