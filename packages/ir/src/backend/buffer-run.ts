import { ManabiError } from '@manabi/errors';
import { withData } from '@manabi/errors/internal';
import { checkInputTypes } from '../graph/check-inputs.ts';
import { equalTypes, type TensorType } from '../types/shape.ts';
import type { Buffer } from './backend.ts';
import type { BufferLedger, LedgerBuffer } from './buffer-ledger.ts';

/** Types of an executable's inputs and outputs, and the use of its donated inputs. */
export interface RunSignature {
  /** Dtype and shape of each input. */
  readonly inputs: readonly TensorType[];
  /** Dtype and shape of each output. */
  readonly outputs: readonly TensorType[];
  /** For each output, the index of the donated input whose memory it uses; null if it gets new memory. */
  readonly reuses: readonly (number | null)[];
  /** Indices of the donated inputs, which a run releases. */
  readonly donated: readonly number[];
}

/**
 * The input and output buffers of one run. Allocates, releases and returns buffers by the rules of `Executable.run`.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * import { BufferLedger, BufferRun, sizeOf } from '@manabi/ir';
 *
 * const ledger = new BufferLedger<Float32Array>(createCpuBackend(), {
 *   allocate: ({ shape }) => new Float32Array(sizeOf(shape)),
 *   free: () => {},
 *   bytesOf: ({ shape }) => 4 * sizeOf(shape),
 * });
 * const type = { dtype: 'float32', shape: [2] } as const;
 * const x = ledger.hold(type, Float32Array.of(1, 2));
 * const run = new BufferRun(ledger, { inputs: [type], outputs: [type], reuses: [null], donated: [] }, [x]);
 * run.outputs[0].set(run.inputs[0].map((value) => 3 * value));
 * const [y] = run.succeed();
 * console.log([...ledger.memoryOf(y, 'read')]); // [3, 6]
 * ```
 */
export class BufferRun<M> {
  /** Memory of each input. */
  readonly inputs: readonly M[];
  /** Memory of the outputs: new memory, or the memory of a donated input. */
  readonly outputs: readonly M[];
  readonly #ledger: BufferLedger<M>;
  readonly #signature: RunSignature;
  readonly #given: readonly LedgerBuffer<M>[];
  readonly #targets: readonly LedgerBuffer<M>[];

  /**
   * Checks the inputs and allocates the outputs. If this fails, no input is released.
   *
   * @param reserve called before the outputs are allocated, to allocate all other memory of the run
   * @throws ManabiError `argument`, `shape` or `dtype` for inputs that do not match the signature; `backend` for a
   * buffer of another backend; `disposed` for a released buffer; `memory` if there is not enough memory. The data of
   * all these errors has `inputsKept: true`.
   */
  constructor(
    ledger: BufferLedger<M>,
    signature: RunSignature,
    inputs: readonly Buffer[],
    reserve: () => void = () => {},
  ) {
    this.#ledger = ledger;
    this.#signature = signature;
    try {
      this.#given = ownInputs(ledger, signature.inputs, inputs);
      this.inputs = memoriesOf(ledger, this.#given);
      reserve();
      this.#targets = allocateOutputs(ledger, signature, this.#given);
      this.outputs = memoriesOf(ledger, this.#targets);
    } catch (error) {
      throw error instanceof ManabiError ? withData(error, { inputsKept: true }) : error;
    }
  }

  /** Ends a successful run: releases the donated inputs and returns the outputs. */
  succeed(): readonly Buffer[] {
    const { outputs, reuses, donated } = this.#signature;
    const results = this.#targets.map((target, output) =>
      reuses[output] === null ? target : this.#ledger.hold(outputs[output], this.#ledger.take(target, 'run')),
    );
    // The memory of the other donated inputs now belongs to outputs.
    for (const input of donated) if (this.#given[input].memory !== null) this.#ledger.release(this.#given[input]);
    return results;
  }

  /** Ends a failed run: releases the outputs, and the donated inputs unless the data of the error has `inputsKept: true`. */
  fail(error: unknown): void {
    const { reuses, donated } = this.#signature;
    for (const [output, target] of this.#targets.entries()) if (reuses[output] === null) this.#ledger.release(target);
    const areKept = error instanceof ManabiError && error.data.inputsKept === true;
    if (!areKept) for (const input of donated) this.#ledger.release(this.#given[input]);
  }
}

function allocateOutputs<M>(
  ledger: BufferLedger<M>,
  { outputs, reuses }: RunSignature,
  given: readonly LedgerBuffer<M>[],
): readonly LedgerBuffer<M>[] {
  const fresh: LedgerBuffer<M>[] = [];
  const allocate = (type: TensorType): LedgerBuffer<M> => {
    const buffer = ledger.allocate(type);
    fresh.push(buffer);
    return buffer;
  };
  try {
    return outputs.map((type, output) => {
      const reuse = reuses[output];
      return reuse === null ? allocate(type) : given[reuse];
    });
  } catch (error) {
    for (const buffer of fresh) ledger.release(buffer);
    throw error;
  }
}

/**
 * Checks the inputs and returns them as an array of `LedgerBuffer`s. Called in every run, so it creates no other
 * objects.
 */
function ownInputs<M>(
  ledger: BufferLedger<M>,
  types: readonly TensorType[],
  inputs: readonly Buffer[],
): readonly LedgerBuffer<M>[] {
  const given = new Array<LedgerBuffer<M>>(inputs.length);
  let fits = inputs.length === types.length;
  for (let i = 0; i < inputs.length; i++) {
    given[i] = ledger.own(inputs[i], 'run');
    fits &&= equalTypes(given[i].type, types[i]);
  }
  if (!fits)
    checkInputTypes(
      'run',
      types,
      given.map(({ type }) => type),
    );
  return given;
}

function memoriesOf<M>(ledger: BufferLedger<M>, buffers: readonly LedgerBuffer<M>[]): readonly M[] {
  const memories = new Array<M>(buffers.length);
  for (let i = 0; i < buffers.length; i++) memories[i] = ledger.memoryOf(buffers[i], 'run');
  return memories;
}
