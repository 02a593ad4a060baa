import { ManabiError } from '@manabi/errors';
import { withData } from '@manabi/errors/internal';
import { checkInputTypes } from '../graph/check-inputs.ts';
import { equalTypes, type TensorType } from '../types/shape.ts';
import type { Buffer } from './backend.ts';
import type { BufferLedger, LedgerBuffer } from './buffer-ledger.ts';

/** What runs of an executable take and return. */
export interface RunSignature {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /** For each output, the donated input whose memory it takes over, or null. */
  readonly reuses: readonly (number | null)[];
  /** Positions of the inputs that a run releases. */
  readonly donated: readonly number[];
}

/** The buffers of one run, which keeps the rules of `Executable.run` about who holds what afterwards. */
export class BufferRun<M> {
  /** Memory of the inputs. */
  readonly inputs: readonly M[];
  /** Memory of the outputs: fresh, or that of a donated input. */
  readonly outputs: readonly M[];
  readonly #ledger: BufferLedger<M>;
  readonly #signature: RunSignature;
  readonly #given: readonly LedgerBuffer<M>[];
  readonly #targets: readonly LedgerBuffer<M>[];

  /**
   * Checks the inputs, and allocates the outputs. If anything fails, every input stays as it was.
   *
   * @param reserve makes room for whatever else the run needs, before the outputs are allocated
   * @throws ManabiError `argument`, `shape` or `dtype` for inputs that do not fit, `backend` or `disposed` for buffers that
   * are not there, `memory` if there is no room; all with `inputsKept` in the data
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

  /** Ends a run that has succeeded: releases donated inputs, and returns the outputs. */
  succeed(): readonly Buffer[] {
    const { outputs, reuses, donated } = this.#signature;
    const results = this.#targets.map((target, output) =>
      reuses[output] === null ? target : this.#ledger.hold(outputs[output], this.#ledger.take(target, 'run')),
    );
    // Those that no output took over.
    for (const input of donated) if (this.#given[input].memory !== null) this.#ledger.release(this.#given[input]);
    return results;
  }

  /** Ends a run that has failed: releases the outputs, and donated inputs unless the error says `inputsKept`. */
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

/** The inputs as buffers of the ledger. This is done in every run, so it makes no lists but the result. */
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
