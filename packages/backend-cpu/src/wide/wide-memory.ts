import type { CompiledPlan } from '../plan/frame-plan.ts';
import { wideFlags, withV8Flags } from '../wasm/v8-flags.ts';
import { checkFrame } from './check-frame.ts';
import type { Tools } from './tools.ts';
import { widen } from './widen.ts';

/**
 * A `WebAssembly.Memory`. It does not have this type, because declarations of `LinearMemory` reach programs with only Node's types,
 * which lack the namespace.
 */
export interface Memory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  readonly grow: (pages: number) => number;
}

/** How memories with 64-bit addresses are created, and what plans need to run in them. */
export interface Wide {
  /** Largest number of pages of a memory. */
  readonly mostPages: number;
  /** Returns a memory with the given contents, or null if the system has too little memory. */
  moved(bytes: Uint8Array, shared?: boolean): Memory | null;
  /** @throws RangeError if the memory cannot grow */
  grow(memory: Memory, pages: number): void;
  /** Rewrites the module of a plan for such a memory. */
  widen(module: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * Checks that each value of a plan is small enough for such a memory.
   *
   * @throws ManabiError `memory` if one is not
   */
  check(plan: CompiledPlan): void;
}

/** What takes the place of a `Wide` while the code is downloaded. */
export type Pending = Promise<void> & { readonly mostPages?: undefined };

/** The form in which an engine takes sizes: V8 before version 13.3, in Node 20 to 23, has an older form. */
interface Form {
  readonly address: string;
  readonly size: (pages: number) => number | bigint;
}

const pageBytes = 65536;

const forms: readonly Form[] = [
  { address: 'address', size: BigInt },
  { address: 'index', size: Number },
];

/** Numbers of pages of 64 KiB of the largest memories of engines: 16 GiB and 8 GiB. */
const sizes = [2 ** 18, 2 ** 17];

/**
 * Returns how this engine creates memories with 64-bit addresses of more than 4 GiB, or null if it cannot.
 *
 * @param allowed numbers of pages to try
 */
export function findWide(tools: Tools, allowed: readonly number[] = sizes): Wide | null {
  for (const mostPages of allowed) {
    for (const form of forms) {
      const wide = wideOf(tools, mostPages, form);
      try {
        if (wide.moved(new Uint8Array(pageBytes)) !== null) return wide;
      } catch {
        // The engine does not know this form.
      }
    }
  }
  return null;
}

function wideOf(tools: Tools, mostPages: number, { address, size }: Form): Wide {
  const grow = (memory: Memory, pages: number): void => void Reflect.apply(memory.grow, memory, [size(pages)]);
  return {
    mostPages,
    moved: (bytes, shared) => {
      const type = { initial: size(1), maximum: size(mostPages), shared, [address]: 'i64' };
      try {
        const memory: Memory = withV8Flags(wideFlags, () => Reflect.construct(WebAssembly.Memory, [type]));
        grow(memory, bytes.length / pageBytes - 1);
        new Uint8Array(memory.buffer).set(bytes);
        return memory;
      } catch (error) {
        if (error instanceof RangeError) return null;
        throw error;
      }
    },
    grow,
    widen: (module) => widen(module, mostPages),
    check: ({ frame, scratchBytes, keptScratchBytes }) => checkFrame(tools, frame, scratchBytes, keptScratchBytes),
  };
}
