import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type HostArray, hostArray, type Tensor } from '@manabi/core';
import { clearSession, Functional, model, type SymbolicTensor } from '@manabi/layers';
import { exportOnnx, openSession } from '@manabi/onnx';
import { loadModel } from '@manabi/serialization';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What `tooling/goldens/keras-files/applications.py` records: an input, and the outputs of the last two layers. */
interface Recorded {
  readonly parameters: number;
  readonly image: number;
  /** How far Keras's outputs in float32 are from those in float64. */
  readonly keras: number;
  readonly input: Values;
  readonly before: Values;
  readonly output: Values;
}

/** How far the outputs of a network in float32 are from those of Keras in float64, relative to the largest output. */
export interface NetworkResult {
  readonly name: string;
  readonly parameters: number;
  readonly image: number;
  /** The difference of Keras in float32. */
  readonly keras: number;
  /** Bytes of the file that Keras saved. */
  readonly bytes: number;
  /** The largest difference in manabi, for the last layer and the layer before it. */
  readonly manabi: number;
  /** The largest difference of the exported file in ONNX Runtime, for the last layer and the layer before it. */
  readonly onnxruntime: number;
}

/** Loads a network that Keras saved, and compares it and its export with Keras. */
export async function checkNetwork(folder: string, name: string): Promise<NetworkResult> {
  const file = join(folder, `${name}.keras`);
  const { parameters, image, keras, input, before, output }: Recorded = JSON.parse(
    readFileSync(join(folder, `${name}.json`), 'utf8'),
  );
  clearSession();
  const loaded = await loadModel(file);
  if (!(loaded instanceof Functional)) throw new Error(`${name} is a ${loaded.className}.`);
  if (loaded.countParams() !== parameters) {
    throw new Error(`${name} has ${loaded.countParams()} parameters, but in Keras ${parameters}.`);
  }
  const given = toHost(input);
  const whole = await loaded.predictAll(given);
  const both = model({ inputs: loaded.inputs, outputs: [sourceOf(loaded), symbolOf(loaded.outputs)] });
  const results = await both.predictAll(given);
  const manabi = Math.max(
    differenceOf(await hosted(whole[0]), output),
    differenceOf(await hosted(results[0]), before),
    differenceOf(await hosted(results[1]), output),
  );
  const exported = join(folder, `${name}.onnx`);
  await exportOnnx(both, exported);
  const session = await openSession(exported);
  const outputs = await session.run({ [session.inputNames[0]]: given });
  const [features, scores] = session.outputNames;
  const onnxruntime = Math.max(differenceOf(outputs[features], before), differenceOf(outputs[scores], output));
  await session.release();
  return { name, parameters, image, keras, bytes: statSync(file).size, manabi, onnxruntime };
}

/** Head of a Markdown table of results. */
export const HEAD = [
  '| network | parameters | file | image | Keras | manabi | ONNX Runtime |',
  '| ------- | ---------- | ---- | ----- | ----- | ------ | ------------ |',
].join('\n');

/** Returns a result as a row of the table. */
export function rowOf({ name, parameters, image, bytes, keras, manabi, onnxruntime }: NetworkResult): string {
  const size = [`${(parameters / 1e6).toFixed(1)} M`, `${(bytes / 1e6).toFixed(0)} MB`, `${image}×${image}`];
  return `| ${[name, ...size, ...[keras, manabi, onnxruntime].map((x) => x.toExponential(1))].join(' | ')} |`;
}

/** Returns the input of the last layer. */
function sourceOf(network: Functional): SymbolicTensor {
  const node = symbolOf(network.outputs).node;
  return symbolOf(node.inputs);
}

function symbolOf(symbols: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor {
  const list = [symbols].flat();
  if (list.length !== 1) throw new Error(`Expected one symbolic tensor; got ${list.length}.`);
  return list[0];
}

async function hosted(tensor: Tensor): Promise<HostArray> {
  return hostArray('float32', tensor.shape, Float32Array.from(await tensor.data(), Number));
}

function toHost({ shape, data }: Values): HostArray {
  return hostArray('float32', shape, Float32Array.from(data));
}

/** Returns the largest difference, relative to the largest expected value. */
function differenceOf(got: HostArray, { shape, data }: Values): number {
  if (got.shape.join() !== shape.join()) throw new Error(`Got shape [${got.shape}], but in Keras [${shape}].`);
  let scale = 0;
  let difference = 0;
  for (const [i, expected] of data.entries()) {
    scale = Math.max(scale, Math.abs(expected));
    const own = Math.abs(Number(got.data[i]) - expected);
    if (!(own <= difference)) difference = own;
  }
  return difference / scale;
}
