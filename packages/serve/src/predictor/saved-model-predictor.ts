import { type HostArray, hostArray, ManabiError, type Tensor } from '@manabi/core';
import { didYouMean } from '@manabi/errors/internal';
import { openSavedModel, type SavedModelPort } from '@manabi/serialization';
import { elementNamed, elements } from './elements.ts';
import { type Port, type Predictor, unsupportedPort } from './predictor.ts';
import { triedPredictor } from './tried-predictor.ts';

/** Opens a signature of a SavedModel. The rows are independent if they are on random inputs. */
export async function savedModelPredictor(path: string, signature: string): Promise<Predictor> {
  const model = await openSavedModel(path);
  const found = Object.hasOwn(model.signatures, signature) ? model.signatures[signature] : null;
  if (found === null) {
    const known = Object.keys(model.signatures);
    throw new ManabiError('argument', `${path} has no signature '${signature}'. ${didYouMean(signature, known)}`, {
      op: 'openPredictor',
      data: { signature, known },
    });
  }
  const inputs = portsOf(path, 'input', found.inputs);
  const outputs = portsOf(path, 'output', found.outputs);
  const predict = async (given: readonly HostArray[]): Promise<readonly HostArray[]> => {
    const named = Object.fromEntries(inputs.map(({ name, element }, i) => [name, asStored(element, given[i])]));
    const results = await model.run(named, { signature });
    return Promise.all(outputs.map(({ name, element }) => toHost(element, results[name])));
  };
  return triedPredictor({ inputs, outputs, predict, close: () => Promise.resolve() });
}

function portsOf(source: string, what: string, ports: Readonly<Record<string, SavedModelPort>>): readonly Port[] {
  return Object.entries(ports).map(([name, { dtype, shape }]) => {
    const element = elementNamed(dtype);
    if (element === null || shape === null || shape.length === 0) {
      throw unsupportedPort(source, `${what} '${name}'`, dtype, shape);
    }
    return { name, element, shape };
  });
}

/** SavedModels compute int64 as int32, and float16 as float32. */
function asStored(element: Port['element'], array: HostArray): HostArray {
  const { shape, data } = array;
  if (element === 'INT64') return hostArray('int32', shape, Int32Array.from(data));
  return element === 'FP16' ? hostArray('float32', shape, Float32Array.from(data)) : array;
}

async function toHost(element: Port['element'], tensor: Tensor): Promise<HostArray> {
  const data = await tensor.data();
  const { shape } = tensor;
  tensor.dispose();
  const { dtype } = elements[element];
  return dtype === 'float64' ? hostArray(dtype, shape, Float64Array.from(data)) : hostArray(dtype, shape, data);
}
