import type { HostArray } from '@manabi/core';
import { type OnnxPort, openSession } from '@manabi/onnx';
import { elementNamed } from './elements.ts';
import { type Port, type Predictor, unsupportedPort } from './predictor.ts';
import { triedPredictor } from './tried-predictor.ts';

/** Opens an ONNX file in ONNX Runtime. The rows of a file are independent if they are on random inputs. */
export async function onnxPredictor(file: string | Uint8Array): Promise<Predictor> {
  const session = await openSession(file);
  try {
    const source = typeof file === 'string' ? file : 'The ONNX model';
    const inputs = session.inputs.map((port) => portOf(source, 'input', port));
    const outputs = session.outputs.map((port) => portOf(source, 'output', port));
    const predict = async (given: readonly HostArray[]): Promise<readonly HostArray[]> => {
      const results = await session.run(Object.fromEntries(inputs.map(({ name }, i) => [name, given[i]])));
      return outputs.map(({ name }) => results[name]);
    };
    return await triedPredictor({ inputs, outputs, predict, close: () => session.release() });
  } catch (error) {
    await session.release();
    throw error;
  }
}

function portOf(source: string, what: string, { name, dtype, shape }: OnnxPort): Port {
  const element = elementNamed(dtype);
  if (element === null || shape === null || shape.length === 0) {
    throw unsupportedPort(source, `${what} '${name}'`, dtype, shape);
  }
  return { name, element, shape: shape.map((length) => (typeof length === 'number' ? length : null)) };
}
