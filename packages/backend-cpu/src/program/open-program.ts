import { wrongArgument } from '@manabi/errors';
import {
  canonicalElements,
  checkHostArray,
  type ElementArray,
  equalTypes,
  formatType,
  type HostArray,
  hostArray,
  ManabiError,
  sizeOf,
  type TensorType,
} from '@manabi/ir';
import { Allocator, type Block } from '../memory/allocator.ts';
import { bytesOf } from '../memory/linear-memory.ts';
import { LoadedPlan, SharedArena } from '../runtime/loaded-plan.ts';
import { type ProgramContent, type ProgramPort, readProgram } from './program-file.ts';

/** A compiled program that is ready to run. */
export interface CompiledProgram {
  readonly name: string;
  readonly inputs: readonly ProgramPort[];
  readonly outputs: readonly ProgramPort[];
  /**
   * Runs the program.
   *
   * @param inputs arrays by input name, in row-major order; each has as many elements as the input
   * @returns arrays by output name
   * @throws ManabiError `argument` for a missing or unknown input, `shape` or `dtype` for an array of the wrong type,
   * `index` for an index out of range, `disposed` after `dispose`
   */
  run(inputs: Readonly<Record<string, HostArray | ElementArray>>): Record<string, HostArray>;
  /**
   * Disposes of the program, which cannot run afterwards. Its memory is freed by the JavaScript engine when no
   * reference to the program remains.
   */
  dispose(): void;
}

/**
 * Opens a file that `compileProgram` returned. No other part of manabi is needed to run the program.
 *
 * @throws ManabiError `file` if the bytes are not a compiled program or are damaged; `memory` if memory is exhausted
 * @example
 * ```ts
 * import { openProgram } from '@manabi/backend-cpu/program';
 * import { compileProgram, layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, kernelInitializer: 'ones', inputShape: [3], name: 'scores' })]);
 * const program = openProgram(await compileProgram(model));
 * const { scores } = program.run({ [program.inputs[0].name]: Float32Array.of(1, 2, 3) });
 * console.log(Array.from(scores.data)); // [6, 6]
 * ```
 */
export function openProgram(bytes: Uint8Array): CompiledProgram {
  return new OpenProgram(readProgram(bytes));
}

class OpenProgram implements CompiledProgram {
  readonly name: string;
  readonly inputs: readonly ProgramPort[];
  readonly outputs: readonly ProgramPort[];
  readonly #memory: Allocator['memory'];
  readonly #plan: LoadedPlan;
  readonly #parameters: readonly Block[];
  readonly #inputs: readonly Block[];
  readonly #outputs: readonly Block[];

  constructor({ name, inputs, outputs, parameters, plan }: ProgramContent) {
    const allocator = new Allocator();
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#memory = allocator.memory;
    const blockFor = ({ dtype, shape }: TensorType): Block => allocator.allocate(bytesOf(dtype, sizeOf(shape)));
    this.#parameters = parameters.map((array) => {
      const block = blockFor(array);
      this.#memory.write(array.dtype, block.address, array.data);
      return block;
    });
    this.#inputs = inputs.map(blockFor);
    this.#outputs = outputs.map(blockFor);
    this.#plan = new LoadedPlan(allocator, new SharedArena(allocator), plan);
  }

  run(given: Readonly<Record<string, HostArray | ElementArray>>): Record<string, HostArray> {
    this.#plan.reserveArena();
    this.#checkNames(given ?? {});
    this.inputs.forEach((input, i) => {
      const { dtype } = input;
      const data = elementsFor(input, given[input.name]);
      this.#memory.write(dtype, this.#inputs[i].address, data);
    });
    this.#plan.run([...this.#parameters, ...this.#inputs], this.#outputs);
    return Object.fromEntries(
      this.outputs.map(({ name, dtype, shape }, i) => {
        return [name, hostArray(dtype, shape, this.#memory.read(dtype, this.#outputs[i].address, sizeOf(shape)))];
      }),
    );
  }

  dispose(): void {
    this.#plan.dispose();
  }

  #checkNames(given: Readonly<Record<string, unknown>>): void {
    const names = this.inputs.map(({ name }) => name);
    const missing = names.find((name) => !Object.hasOwn(given, name));
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (missing === undefined && unknown === undefined) return;
    const what = missing === undefined ? `Unknown input '${unknown}'` : `Input '${missing}' is missing`;
    throw new ManabiError('argument', `${what}. Inputs of program '${this.name}': ${names.join(', ')}.`, {
      op: 'run',
      data: { inputs: names, given: Object.keys(given) },
    });
  }
}

/** Checks the dtype and the number of elements of the array that was passed for an input, and returns its elements. */
function elementsFor(input: ProgramPort, given: HostArray | ElementArray): ElementArray {
  const array = ArrayBuffer.isView(given) ? { dtype: input.dtype, shape: input.shape, data: given } : given;
  const data: unknown = array?.data;
  if (!ArrayBuffer.isView(data)) {
    const isTensor = typeof data === 'function';
    throw wrongArgument(
      { op: 'run', name: input.name },
      `a typed array or a host array { dtype, shape, data }`,
      given,
      isTensor ? 'Read it first: await tensor.data().' : '',
    );
  }
  checkHostArray('run', array);
  if (equalTypes(array, input)) return canonicalElements(array).data;
  throw new ManabiError(
    array.dtype === input.dtype ? 'shape' : 'dtype',
    `Input '${input.name}' must be ${formatType(input)}; got ${formatType(array)}. Convert the array, or compile the program for this shape.`,
    { op: 'run', data: { input: input.name, expected: { dtype: input.dtype, shape: input.shape }, given: array } },
  );
}
