import type { Loop } from '@manabi/compiler';
import { bytesOfType, type LinearMemory } from '../memory/linear-memory.ts';
import type { Frame } from './frame.ts';

/** Addresses of a carry, a value that each iteration replaces, while its loop runs. */
interface CarryState {
  readonly initial: number;
  readonly final: number;
  readonly spare: number | null;
  readonly bytes: number;
  /**
   * Positions in `LinearMemory.addresses` of the addresses from which an iteration reads the carry, and to which it writes
   * the carry.
   */
  readonly input: number;
  readonly output: number;
  /** Address of the current value of the carry. */
  at: number;
}

/**
 * An input or output of a loop that has one slice for each iteration: its slot, and the position in
 * `LinearMemory.addresses` of the address of the current slice.
 */
interface SliceState {
  readonly slot: number;
  readonly bytes: number;
  readonly entry: number;
  at: number;
}

/**
 * Returns a function that runs a loop on the slots of the plan that contains the loop. Between iterations, addresses
 * are changed instead of copying values.
 */
export function loopRunner(
  memory: LinearMemory,
  parent: Frame,
  loop: Omit<Loop, 'body' | 'test'>,
  body: Frame,
  test: Frame | null,
): () => void {
  const { turns, reverse, constants, verdict, arenas } = loop;
  const { inputs, outputs } = body.plan;
  const carryCount = loop.carries.length;
  const carries = loop.carries.map(
    (carry, i): CarryState => ({
      ...carry,
      bytes: bytesOfType(inputs[i]),
      input: body.inputEntry(i),
      output: body.outputEntry(i),
      at: 0,
    }),
  );
  const slices: readonly SliceState[] = [
    ...loop.xs.map((slot, i) => {
      const input = carryCount + i;
      return { slot, bytes: bytesOfType(inputs[input]), entry: body.inputEntry(input), at: 0 };
    }),
    ...loop.ys.map((slot, i) => {
      const output = carryCount + i;
      return { slot, bytes: bytesOfType(outputs[output]), entry: body.outputEntry(output), at: 0 };
    }),
  ];
  const firstConstant = carryCount + loop.xs.length;

  const setAddresses = (frame: Frame): void => {
    for (const arena of arenas) frame.setArena(parent.addressOf(arena));
    constants.forEach((slot, i) => {
      frame.setInput(firstConstant + i, parent.addressOf(slot));
    });
  };
  const begin = (): void => {
    setAddresses(body);
    body.runOnce();
    if (test !== null && verdict !== null) {
      setAddresses(test);
      test.setOutput(0, parent.addressOf(verdict));
    }
    for (const carry of carries) {
      carry.at = parent.addressOf(carry.initial);
      if (carry.spare === null) moveTo(memory, carry, parent.addressOf(carry.final));
    }
    for (const slice of slices) {
      slice.at = parent.addressOf(slice.slot) + (reverse && turns !== null ? (turns - 1) * slice.bytes : 0);
    }
  };
  const continues = (): boolean => {
    if (test === null || verdict === null) return true;
    for (let i = 0; i < carryCount; i++) test.setInput(i, carries[i].at);
    test.run();
    return memory.bytes[parent.addressOf(verdict)] !== 0;
  };

  return () => {
    begin();
    const { addresses } = memory;
    const finals = carries.map(({ final }) => parent.addressOf(final));
    const spares = carries.map(({ final, spare }) => parent.addressOf(spare ?? final));
    // Iterations alternate between two addresses. The first one is chosen so that the last iteration writes to the
    // final address.
    let toFinal = turns === null || turns % 2 === 1;
    const step = reverse ? -1 : 1;
    for (let iteration = 0; iteration !== turns && continues(); iteration++) {
      for (let i = 0; i < carryCount; i++) {
        const carry = carries[i];
        addresses[carry.input] = carry.at;
        carry.at = toFinal ? finals[i] : spares[i];
        addresses[carry.output] = carry.at;
      }
      for (const slice of slices) {
        addresses[slice.entry] = slice.at;
        slice.at += step * slice.bytes;
      }
      body.run();
      toFinal = !toFinal;
    }
    carries.forEach((carry, i) => {
      moveTo(memory, carry, finals[i]);
    });
  };
}

/** Copies a carry to an address, unless it is already there. */
function moveTo({ bytes }: LinearMemory, carry: CarryState, address: number): void {
  if (carry.at !== address) bytes.copyWithin(address, carry.at, carry.at + carry.bytes);
  carry.at = address;
}
