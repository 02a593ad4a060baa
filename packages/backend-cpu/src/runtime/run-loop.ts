import type { Loop } from '@manabi/compiler';
import { sizeOf, type TensorType } from '@manabi/ir';
import { bytesOf, type LinearMemory } from '../memory/linear-memory.ts';
import type { Frame } from './frame.ts';

/** Where a carry is while its loop runs. */
interface CarryPlace {
  readonly initial: number;
  readonly final: number;
  readonly spare: number | null;
  readonly bytes: number;
  /** Where in words the address goes that a turn reads, and that it writes. */
  readonly input: number;
  readonly output: number;
  /** Address of the present value. */
  at: number;
}

/** Slices that turns step through: a slot, and where in words the address of the present slice goes. */
interface SlicePlace {
  readonly slot: number;
  readonly bytes: number;
  readonly word: number;
  at: number;
}

/** A function that runs a loop, with the addresses that lie in the table of the plan around it; turns copy nothing. */
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
    (carry, i): CarryPlace => ({
      ...carry,
      bytes: typeBytes(inputs[i]),
      input: body.inputWord(i),
      output: body.outputWord(i),
      at: 0,
    }),
  );
  const slices: readonly SlicePlace[] = [
    ...loop.xs.map((slot, i) => {
      const input = carryCount + i;
      return { slot, bytes: typeBytes(inputs[input]), word: body.inputWord(input), at: 0 };
    }),
    ...loop.ys.map((slot, i) => {
      const output = carryCount + i;
      return { slot, bytes: typeBytes(outputs[output]), word: body.outputWord(output), at: 0 };
    }),
  ];
  const firstConstant = carryCount + loop.xs.length;

  const place = (frame: Frame): void => {
    for (const arena of arenas) frame.placeArena(parent.addressOf(arena));
    constants.forEach((slot, i) => {
      frame.setInput(firstConstant + i, parent.addressOf(slot));
    });
  };
  const begin = (): void => {
    place(body);
    body.runOnce();
    if (test !== null && verdict !== null) {
      place(test);
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
  const goesOn = (): boolean => {
    if (test === null || verdict === null) return true;
    for (let i = 0; i < carryCount; i++) test.setInput(i, carries[i].at);
    test.run();
    return memory.bytes[parent.addressOf(verdict)] !== 0;
  };

  return () => {
    begin();
    const { words } = memory;
    const finals = carries.map(({ final }) => parent.addressOf(final));
    const spares = carries.map(({ final, spare }) => parent.addressOf(spare ?? final));
    // So that the last of all turns writes the final place.
    let toFinal = turns === null || turns % 2 === 1;
    const step = reverse ? -1 : 1;
    for (let turn = 0; turn !== turns && goesOn(); turn++) {
      for (let i = 0; i < carryCount; i++) {
        const carry = carries[i];
        words[carry.input] = carry.at;
        carry.at = toFinal ? finals[i] : spares[i];
        words[carry.output] = carry.at;
      }
      for (const slice of slices) {
        words[slice.word] = slice.at;
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

/** Copies a carry to a place, unless it is there. */
function moveTo({ bytes }: LinearMemory, carry: CarryPlace, address: number): void {
  if (carry.at !== address) bytes.copyWithin(address, carry.at, carry.at + carry.bytes);
  carry.at = address;
}

function typeBytes({ dtype, shape }: TensorType): number {
  return bytesOf(dtype, sizeOf(shape));
}
