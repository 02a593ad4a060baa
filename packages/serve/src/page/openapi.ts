import { elements } from '../predictor/elements.ts';
import type { Port } from '../predictor/predictor.ts';
import type { ServedModel } from '../protocol/served.ts';
import { formatShape } from '../protocol/tensors.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Returns the schema of nested arrays. */
function arrays(lengths: readonly (number | null)[], { element }: Port): Schema {
  const { isInteger, min, max } = elements[element];
  const item: Schema =
    element === 'BOOL'
      ? { type: 'boolean' }
      : isInteger
        ? { type: 'integer', minimum: min, maximum: max }
        : { type: 'number' };
  return lengths.reduceRight<Schema>(
    (items, length) => ({
      type: 'array',
      items,
      ...(length === null ? {} : { minItems: length, maxItems: length }),
    }),
    item,
  );
}

function objectOfPorts(ports: readonly Port[], withBatch: boolean): Schema {
  const entries = ports.map((port) => [port.name, arrays(withBatch ? port.shape : port.shape.slice(1), port)] as const);
  return { type: 'object', properties: Object.fromEntries(entries), required: ports.map(({ name }) => name) };
}

const json = (schema: Schema) => ({ 'application/json': { schema } });

const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

function errors(): Record<string, unknown> {
  const descriptions: Readonly<Record<string, string>> = {
    400: 'The request does not fit the model',
    413: 'The body or the number of rows exceeds a limit',
    415: 'The content-type is not supported',
    503: 'The queue is full, or the server shuts down; the header Retry-After states when to try again',
    504: 'The prediction took too long',
  };
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [
      status,
      { description, content: json(reference('Error')) },
    ]),
  );
}

/** Returns the description of a server as OpenAPI 3.1. */
export function openApi({ name, version, predictor }: ServedModel, basePath: string): object {
  const { inputs, outputs, preparation, classNames } = predictor;
  const texts: Schema = { type: 'array', items: { type: 'string' }, minItems: 1 };
  const [input] = inputs;
  const sample = inputs.length === 1 ? arrays(input.shape.slice(1), input) : objectOfPorts(inputs, false);
  const prediction =
    outputs.length === 1 ? arrays(outputs[0].shape.slice(1), outputs[0]) : objectOfPorts(outputs, false);
  const instances: Schema = preparation?.kind === 'texts' ? texts : { type: 'array', items: sample, minItems: 1 };
  const columns =
    inputs.length === 1
      ? { anyOf: [arrays(input.shape, input), objectOfPorts(inputs, true)] }
      : objectOfPorts(inputs, true);
  const labels = classNames === null ? {} : { labels: { type: 'array', items: { type: 'string', enum: classNames } } };
  const get = (summary: string, description: string) => ({
    get: { summary, responses: { 200: { description } } },
  });
  const describe = (ports: readonly Port[]) =>
    ports.map((port) => `\`${port.name}\`: ${elements[port.element].name} ${formatShape(port)}`).join('; ');
  return {
    openapi: '3.1.0',
    info: {
      title: name,
      version,
      description: `Inputs: ${describe(inputs)}. Outputs: ${describe(outputs)}. Served by manabi.`,
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    paths: {
      [`/v1/models/${name}:predict`]: {
        post: {
          summary: 'Predict samples (REST protocol of TensorFlow Serving)',
          operationId: 'predict',
          requestBody: {
            required: true,
            content: {
              ...json(reference('PredictRequest')),
              ...(preparation?.kind === 'images' ? { 'image/png': {}, 'image/jpeg': {}, 'image/webp': {} } : {}),
            },
          },
          responses: {
            200: { description: 'Outputs of the samples', content: json(reference('PredictResponse')) },
            ...errors(),
          },
        },
      },
      [`/v2/models/${name}/infer`]: {
        post: {
          summary: 'Predict tensors (inference protocol of KServe, version 2)',
          operationId: 'infer',
          requestBody: { required: true, content: json(reference('InferRequest')) },
          responses: {
            200: { description: 'Output tensors', content: json(reference('InferResponse')) },
            ...errors(),
          },
        },
      },
      [`/v1/models/${name}`]: get('Status of the model', 'Whether the model is available'),
      [`/v1/models/${name}/metadata`]: get('Inputs and outputs (TensorFlow Serving)', 'Signature of the model'),
      '/v2': get('Name and extensions of the server (KServe)', 'Metadata of the server'),
      [`/v2/models/${name}`]: get('Inputs and outputs (KServe)', 'Metadata of the model'),
      [`/v2/models/${name}/ready`]: get('Whether the model is ready', 'The model is ready; 503 otherwise'),
      '/v2/health/live': get('Whether the server runs', 'The server runs'),
      '/v2/health/ready': get('Whether the server is ready', 'The server is ready; 503 otherwise'),
      '/metrics': get('Metrics for Prometheus', 'Metrics as text'),
    },
    components: {
      schemas: {
        PredictRequest: {
          oneOf: [
            { type: 'object', properties: { instances }, required: ['instances'], title: 'Samples' },
            {
              type: 'object',
              properties: { inputs: preparation?.kind === 'texts' ? texts : columns },
              required: ['inputs'],
              title: 'One array for each input',
            },
          ],
        },
        PredictResponse: {
          type: 'object',
          properties: {
            predictions: { type: 'array', items: prediction, description: 'For requests with instances' },
            outputs: { description: 'For requests with inputs: an array, or an object of arrays' },
            ...labels,
          },
        },
        Tensor: {
          type: 'object',
          properties: {
            name: { type: 'string', enum: inputs.map((port) => port.name) },
            datatype: {
              type: 'string',
              enum: [
                ...new Set(inputs.map(({ element }) => element)),
                ...(preparation?.kind === 'texts' ? ['BYTES'] : []),
              ],
            },
            shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
            data: { type: 'array', description: 'Elements in row-major order, flat or nested' },
          },
          required: ['name', 'datatype', 'shape'],
        },
        InferRequest: {
          type: 'object',
          properties: {
            id: { type: 'string' },
            inputs: { type: 'array', items: reference('Tensor'), minItems: 1 },
            outputs: {
              type: 'array',
              items: {
                type: 'object',
                properties: { name: { type: 'string', enum: outputs.map((port) => port.name) } },
                required: ['name'],
              },
            },
          },
          required: ['inputs'],
        },
        InferResponse: {
          type: 'object',
          properties: {
            model_name: { type: 'string' },
            model_version: { type: 'string' },
            id: { type: 'string' },
            outputs: { type: 'array', items: { type: 'object' } },
          },
        },
        Error: {
          type: 'object',
          properties: { error: { type: 'string' }, code: { type: 'string' } },
          required: ['error'],
        },
      },
    },
  };
}
