import { didYouMean } from '@manabi/errors/internal';
import { describeJson, isList, isNumbers, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { checkFinite, listJson, nestedJson, objectJson, plainJson } from '../json/write-json.ts';
import { elements } from '../predictor/elements.ts';
import type { Port, Predictor } from '../predictor/predictor.ts';
import { ServeError } from '../serve-error.ts';
import type { Arrays, ServedModel } from './served.ts';
import { arrayFor, type GivenNumbers, numbersIn } from './tensors.ts';

/** An output that a request asks for. */
interface RequestedOutput {
  /** Index among the outputs of the model. */
  readonly index: number;
  /** Whether to return bytes instead of JSON. */
  readonly isBinary: boolean;
}

/** A request in the inference protocol of KServe, version 2. */
export interface KServeRequest {
  readonly id: string | null;
  readonly inputs: Arrays;
  readonly outputs: readonly RequestedOutput[];
}

/**
 * Reads an inference request.
 *
 * @param header the JSON
 * @param binary bytes behind the JSON, of the binary tensor data extension
 * @throws ServeError `invalid` for requests that do not fit the model; errors of the model's preparation
 */
export async function readKServe(
  header: JsonValue,
  binary: Uint8Array,
  { predictor }: ServedModel,
): Promise<KServeRequest> {
  const body = objectIn(header, 'The request body');
  const given = body.get('inputs');
  if (given === undefined || !isList(given)) {
    throw new ServeError('invalid', `"inputs" must be a list of tensors; got ${describeJson(given)}.`);
  }
  const tensors = given.map((tensor, i) => objectIn(tensor, `"inputs"[${i}]`));
  const id = body.get('id') ?? null;
  if (id !== null && typeof id !== 'string') {
    throw new ServeError('invalid', `"id" must be a string; got ${describeJson(id)}.`);
  }
  const outputs = requestedOutputs(body, predictor.outputs);
  const texts = await preparedTexts(tensors, predictor);
  return { id, outputs, inputs: texts ?? readInputs(tensors, binary, predictor.inputs) };
}

function readInputs(tensors: readonly JsonObject[], binary: Uint8Array, ports: readonly Port[]): Arrays {
  const names = ports.map(({ name }) => name);
  const found = new Map<string, Arrays[number]>();
  let offset = 0;
  tensors.forEach((tensor, i) => {
    const port = portNamed(tensor.get('name'), ports, `"inputs"[${i}]`);
    if (found.has(port.name)) throw new ServeError('invalid', `Input '${port.name}' occurs twice in "inputs".`);
    const datatype = tensor.get('datatype');
    if (datatype !== port.element) {
      throw new ServeError(
        'invalid',
        `"datatype" of input '${port.name}' must be "${port.element}"; got ${typeof datatype === 'string' ? `"${datatype}"` : describeJson(datatype)}.`,
        { data: { input: port.name, expected: port.element } },
      );
    }
    const shape = shapeIn(tensor.get('shape'), port);
    const size = binarySize(tensor);
    if (size !== null && offset + size > binary.length) {
      throw new ServeError(
        'invalid',
        `The request has ${binary.length} bytes of binary data, but the inputs up to '${port.name}' state ${offset + size}.`,
      );
    }
    const numbers =
      size === null
        ? numbersOf(tensor.get('data'), shape, port)
        : binaryNumbers(binary.subarray(offset, offset + size), shape, port);
    offset += size ?? 0;
    found.set(port.name, arrayFor(port, numbers));
  });
  if (offset !== binary.length) {
    throw new ServeError(
      'invalid',
      `The request has ${binary.length} bytes of binary data, but its inputs state ${offset} in "binary_data_size".`,
    );
  }
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw new ServeError('invalid', `"inputs" lacks ${missing.join(', ')}.`, { data: { missing, inputs: names } });
  }
  return names.flatMap((name) => found.get(name) ?? []);
}

/** Encodes the only input of a request if its datatype is BYTES, which stands for texts. */
async function preparedTexts(tensors: readonly JsonObject[], { preparation }: Predictor): Promise<Arrays | null> {
  const [tensor] = tensors;
  if (tensors.length !== 1 || tensor.get('datatype') !== 'BYTES' || preparation?.kind !== 'texts') return null;
  const data = tensor.get('data');
  if (data === undefined || !isList(data)) {
    throw new ServeError('invalid', `"data" of datatype BYTES must be a list of texts; got ${describeJson(data)}.`);
  }
  const texts = data.filter((item) => typeof item === 'string');
  if (texts.length < data.length || texts.length === 0) {
    throw new ServeError('invalid', '"data" of datatype BYTES must contain texts only, and at least one.');
  }
  return preparation.prepare(texts);
}

function portNamed(name: JsonValue | undefined, ports: readonly Port[], what: string): Port {
  const found = ports.find((port) => port.name === name);
  if (found !== undefined) return found;
  const names = ports.map((port) => port.name);
  const advice = typeof name === 'string' ? didYouMean(name, names) : `Expected one of ${names.join(', ')}.`;
  throw new ServeError(
    'invalid',
    `Unknown name ${typeof name === 'string' ? `'${name}'` : describeJson(name)} in ${what}. ${advice}`,
    {
      data: { names },
    },
  );
}

function shapeIn(value: JsonValue | undefined, { name }: Port): readonly number[] {
  const isShape =
    value !== undefined &&
    isNumbers(value) &&
    value.shape.length === 1 &&
    value.data.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (isShape) return [...value.data];
  throw new ServeError('invalid', `"shape" of input '${name}' must be a list of lengths; got ${describeJson(value)}.`);
}

function numbersOf(data: JsonValue | undefined, shape: readonly number[], port: Port): GivenNumbers {
  const numbers = numbersIn(data, port);
  const size = shape.reduce((product, length) => product * length, 1);
  const isFlat = numbers.shape.length === 1;
  if (numbers.data.length === size && (isFlat || numbers.shape.join() === shape.join())) return { ...numbers, shape };
  throw new ServeError(
    'invalid',
    `"data" of input '${port.name}' must contain ${size} elements for "shape" [${shape.join(', ')}]; got ${describeJson(numbers)}.`,
    { data: { input: port.name, shape, given: numbers.shape } },
  );
}

function binaryNumbers(bytes: Uint8Array, shape: readonly number[], port: Port): GivenNumbers {
  const { bytes: width, decode } = elements[port.element];
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length === size * width) return { kind: 'binary', shape, data: decode(Uint8Array.from(bytes).buffer) };
  throw new ServeError(
    'invalid',
    `Input '${port.name}' of ${port.element} and shape [${shape.join(', ')}] takes ${size * width} bytes; "binary_data_size" is ${bytes.length}.`,
    { data: { input: port.name, expected: size * width, given: bytes.length } },
  );
}

function parameters(object: JsonObject, what: string): JsonObject {
  const given = object.get('parameters');
  return given === undefined ? new Map() : objectIn(given, `"parameters" of ${what}`);
}

function binarySize(tensor: JsonObject): number | null {
  const size = parameters(tensor, 'an input').get('binary_data_size');
  if (size === undefined) return null;
  if (isNumbers(size) && size.shape.length === 0 && Number.isSafeInteger(size.data[0]) && size.data[0] >= 0) {
    return size.data[0];
  }
  throw new ServeError('invalid', `"binary_data_size" must be a number of bytes; got ${describeJson(size)}.`);
}

function flagIn(given: JsonObject, name: string, fallback: boolean): boolean {
  const value = given.get(name);
  if (value === undefined) return fallback;
  if (isNumbers(value) && value.kind === 'booleans' && value.shape.length === 0) return value.data[0] === 1;
  throw new ServeError('invalid', `"${name}" must be true or false; got ${describeJson(value)}.`);
}

function requestedOutputs(body: JsonObject, ports: readonly Port[]): readonly RequestedOutput[] {
  const all = flagIn(parameters(body, 'the request'), 'binary_data_output', false);
  const given = body.get('outputs');
  const isEmpty = given === undefined || (isNumbers(given) && given.shape.join() === '0');
  if (isEmpty) return ports.map((_, index) => ({ index, isBinary: all }));
  if (!isList(given)) throw new ServeError('invalid', `"outputs" must be a list; got ${describeJson(given)}.`);
  return given.map((item, i) => {
    const output = objectIn(item, `"outputs"[${i}]`);
    const index = ports.indexOf(portNamed(output.get('name'), ports, `"outputs"[${i}]`));
    return { index, isBinary: flagIn(parameters(output, 'an output'), 'binary_data', all) };
  });
}

function objectIn(value: JsonValue, what: string): JsonObject {
  if (value instanceof Map) return value;
  throw new ServeError('invalid', `${what} must be an object; got ${describeJson(value)}.`);
}

/** A response of the protocol: JSON, and the bytes that follow it, if there are any. */
export interface KServeResponse {
  readonly json: Iterable<string>;
  readonly binary: readonly Uint8Array[];
}

/**
 * Writes an inference response.
 *
 * @throws ServeError `failed` for outputs that JSON cannot represent
 */
export function writeKServe(
  { id, outputs: requested }: Pick<KServeRequest, 'id' | 'outputs'>,
  results: Arrays,
  { name, version, predictor: { outputs: ports } }: ServedModel,
): KServeResponse {
  checkFinite(requested.flatMap(({ index, isBinary }) => (isBinary ? [] : [results[index]])));
  const binary: Uint8Array[] = [];
  const written = requested.map(({ index, isBinary }) => {
    const { name: port, element } = ports[index];
    const { dtype, shape, data } = results[index];
    const facts: [string, Iterable<string>][] = [
      ['name', plainJson(port)],
      ['datatype', plainJson(element)],
      ['shape', plainJson(shape)],
    ];
    if (!isBinary) return objectJson([...facts, ['data', nestedJson({ dtype, data }, [data.length])]]);
    const { buffer, byteOffset, byteLength } = elements[element].encode(data);
    binary.push(new Uint8Array(buffer, byteOffset, byteLength));
    return objectJson([...facts, ['parameters', plainJson({ binary_data_size: byteLength })]]);
  });
  const json = objectJson([
    ['model_name', plainJson(name)],
    ['model_version', plainJson(version)],
    ...(id === null ? [] : [['id', plainJson(id)] as const]),
    ['outputs', listJson(written)],
  ]);
  return { json, binary };
}

/** Describes a model in the protocol of KServe. */
export function kserveMetadata({ name, version, predictor }: ServedModel): object {
  const tensors = (ports: readonly Port[]) =>
    ports.map(({ name: port, element, shape }) => ({
      name: port,
      datatype: element,
      shape: shape.map((length) => length ?? -1),
    }));
  const inputs =
    predictor.preparation?.kind === 'texts'
      ? [{ name: predictor.inputs[0].name, datatype: 'BYTES', shape: [-1] }]
      : tensors(predictor.inputs);
  return { name, versions: [version], platform: 'manabi', inputs, outputs: tensors(predictor.outputs) };
}
