import { didYouMean } from '@manabi/errors/internal';
import { joinRows, rowsOf } from '../batcher/rows.ts';
import { describeJson, isList, isNumbers, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { checkFinite, listJson, nestedJson, objectJson, plainJson } from '../json/write-json.ts';
import { elements } from '../predictor/elements.ts';
import type { Port, Predictor } from '../predictor/predictor.ts';
import { ServeError } from '../serve-error.ts';
import { type Arrays, labelsOf, type ServedModel } from './served.ts';
import { arrayFor, numbersIn } from './tensors.ts';

/** Form of a request and its response: a list of samples, or one array for each input. */
type Form = 'instances' | 'inputs';

/** A request in the REST protocol of TensorFlow Serving. */
export interface TensorFlowRequest {
  readonly form: Form;
  readonly inputs: Arrays;
}

/**
 * Reads a request of the predict API of TensorFlow Serving.
 *
 * @param body `{ instances: [...] }`, with a value or an object of values for each sample, or `{ inputs: … }`, with one
 * array or an object of arrays
 * @throws ServeError `invalid` for bodies that do not fit the model; errors of the model's preparation
 */
export async function readTensorFlow(body: JsonValue, { predictor }: ServedModel): Promise<TensorFlowRequest> {
  const object = objectIn(body, 'The request body', '{"instances": [...]}');
  for (const key of object.keys()) {
    if (!['instances', 'inputs', 'signature_name'].includes(key)) {
      throw new ServeError(
        'invalid',
        `Unknown key '${key}' in the request body. Pass "instances", a list of samples, or "inputs", an array for each input.`,
        { data: { key } },
      );
    }
  }
  const signature = object.get('signature_name');
  if (signature !== undefined && signature !== 'serving_default') {
    throw new ServeError('invalid', `Unknown signature_name ${JSON.stringify(signature)}. Expected "serving_default".`);
  }
  const [instances, columns] = [object.get('instances'), object.get('inputs')];
  if ((instances === undefined) === (columns === undefined)) {
    throw new ServeError(
      'invalid',
      `The request body must have either "instances" or "inputs"; got ${instances === undefined ? 'neither' : 'both'}.`,
    );
  }
  if (instances !== undefined) return { form: 'instances', inputs: await rows(instances, predictor) };
  return { form: 'inputs', inputs: await wholeInputs(columns ?? null, predictor) };
}

async function rows(instances: JsonValue, predictor: Predictor): Promise<Arrays> {
  const { inputs } = predictor;
  if (isNumbers(instances)) return [arrayFor(onlyPort(inputs), instances)];
  if (!isList(instances)) {
    throw new ServeError('invalid', `"instances" must be a list of samples; got ${describeJson(instances)}.`);
  }
  const prepared = await preparedItems(instances, predictor);
  if (prepared !== null) return prepared;
  return inputs.map((port) => {
    const samples = instances.map((instance, i) => {
      const values = objectIn(instance, `"instances"[${i}]`, exampleOf(inputs));
      checkNames(values, inputs, `"instances"[${i}]`);
      const { kind, shape, data } = numbersIn(values.get(port.name), port);
      return [arrayFor(port, { kind, shape: [1, ...shape], data })];
    });
    const shapes = new Set(samples.map(([{ shape }]) => shape.join()));
    if (shapes.size > 1) {
      throw new ServeError(
        'invalid',
        `The samples of input '${port.name}' have different shapes: ${[...shapes].map((shape) => `[${shape.slice(2)}]`).join(' and ')}. Send them in separate requests.`,
        { data: { input: port.name } },
      );
    }
    const [joined] = joinRows(
      samples.map((arrays) => ({ arrays, from: 0, rows: 1 })),
      samples.length,
    );
    return joined;
  });
}

async function wholeInputs(columns: JsonValue, predictor: Predictor): Promise<Arrays> {
  const { inputs } = predictor;
  if (isNumbers(columns)) return [arrayFor(onlyPort(inputs), columns)];
  if (isList(columns)) {
    const prepared = await preparedItems(columns, predictor);
    if (prepared !== null) return prepared;
  }
  const values = objectIn(columns, '"inputs"', exampleOf(inputs));
  checkNames(values, inputs, '"inputs"');
  return inputs.map((port) => arrayFor(port, numbersIn(values.get(port.name), port)));
}

/**
 * Prepares a list of texts, or of images in the form `{ "b64": … }`. Returns null for other lists.
 *
 * @throws ServeError `invalid` for texts and images that the model does not take
 */
async function preparedItems(list: readonly JsonValue[], { preparation, inputs }: Predictor): Promise<Arrays | null> {
  const texts = list.filter((item) => typeof item === 'string');
  if (texts.length === list.length) {
    if (preparation?.kind === 'texts') return preparation.prepare(texts);
    throw new ServeError('invalid', `The model does not take texts. Expected ${exampleOf(inputs)}.`);
  }
  const images = list.map(encodedImage).filter((image) => image !== null);
  if (images.length === 0) return null;
  if (preparation?.kind === 'images' && images.length === list.length) return preparation.prepare(images);
  throw new ServeError('invalid', `The model does not take images as base64. Expected ${exampleOf(inputs)}.`);
}

/** Decodes an object `{ "b64": … }`. */
function encodedImage(item: JsonValue): Uint8Array | null {
  if (!(item instanceof Map) || item.size !== 1) return null;
  const text: unknown = item.get('b64');
  if (typeof text !== 'string') return null;
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    throw new ServeError('invalid', 'The value of "b64" must be base64.', { cause });
  }
}

function onlyPort(inputs: readonly Port[]): Port {
  if (inputs.length === 1) return inputs[0];
  throw new ServeError(
    'invalid',
    `The model has ${inputs.length} inputs. Pass an object for them: ${exampleOf(inputs)}.`,
    {
      data: { inputs: inputs.map(({ name }) => name) },
    },
  );
}

function objectIn(value: JsonValue, what: string, expected: string): JsonObject {
  if (value instanceof Map) return value;
  throw new ServeError('invalid', `${what} must be an object such as ${expected}; got ${describeJson(value)}.`);
}

function exampleOf(inputs: readonly Port[]): string {
  return `{${inputs.map(({ name, element }) => `"${name}": <array of ${elements[element].name}>`).join(', ')}}`;
}

function checkNames(values: JsonObject, inputs: readonly Port[], what: string): void {
  const names = inputs.map(({ name }) => name);
  for (const key of values.keys()) {
    if (names.includes(key)) continue;
    throw new ServeError('invalid', `Unknown input '${key}' in ${what}. ${didYouMean(key, names)}`, {
      data: { key, inputs: names },
    });
  }
  const missing = names.filter((name) => !values.has(name));
  if (missing.length === 0) return;
  throw new ServeError('invalid', `${what} lacks the input${missing.length === 1 ? '' : 's'} ${missing.join(', ')}.`, {
    data: { missing, inputs: names },
  });
}

/**
 * Writes the response of the predict API: `{ predictions: [...] }` or `{ outputs: … }`, and `labels` with the names of the
 * most probable classes if they are known.
 *
 * @throws ServeError `failed` for outputs that JSON cannot represent
 */
export function writeTensorFlow(form: Form, outputs: Arrays, { predictor }: ServedModel): Iterable<string> {
  checkFinite(outputs);
  const { outputs: ports } = predictor;
  const [first] = outputs;
  const named = (arrays: Arrays, shapeOf: (shape: readonly number[]) => readonly number[]) =>
    objectJson(arrays.map((array, i) => [ports[i].name, nestedJson(array, shapeOf(array.shape))]));
  const whole = (shape: readonly number[]) => shape;
  const labels = labelsOf(predictor, outputs);
  const values =
    outputs.length === 1
      ? nestedJson(first, first.shape)
      : form === 'inputs'
        ? named(outputs, whole)
        : listJson(
            Array.from({ length: first.shape[0] }, (_, row) =>
              named(
                outputs.map((array) => rowsOf(array, row, 1)),
                (shape) => shape.slice(1),
              ),
            ),
          );
  return objectJson([
    [form === 'instances' ? 'predictions' : 'outputs', values],
    ...(labels === null ? [] : [['labels', plainJson(labels)] as const]),
  ]);
}

/** Describes the state of a model, as the model status API of TensorFlow Serving. */
export function tensorFlowStatus({ version }: ServedModel, isReady: boolean): object {
  return {
    model_version_status: [
      {
        version,
        state: isReady ? 'AVAILABLE' : 'LOADING',
        status: { error_code: 'OK', error_message: '' },
      },
    ],
  };
}

/** Describes inputs and outputs of a model, as the model metadata API of TensorFlow Serving. */
export function tensorFlowMetadata({ name, version, predictor }: ServedModel): object {
  const infos = (ports: readonly Port[]) =>
    Object.fromEntries(
      ports.map(({ name: port, element, shape }) => [
        port,
        {
          dtype: elements[element].tensorFlow,
          name: port,
          tensor_shape: {
            dim: shape.map((length) => ({ size: String(length ?? -1), name: '' })),
            unknown_rank: false,
          },
        },
      ]),
    );
  const signature = {
    inputs: infos(predictor.inputs),
    outputs: infos(predictor.outputs),
    method_name: 'tensorflow/serving/predict',
    defaults: {},
  };
  return {
    model_spec: { name, signature_name: '', version },
    metadata: { signature_def: { signature_def: { serving_default: signature } } },
  };
}
