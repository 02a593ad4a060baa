import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import { Allocator, type Block } from './allocator.ts';

describe('Allocator', () => {
  test('returns aligned blocks above address 0, also for 0 bytes', () => {
    const allocator = new Allocator();
    for (const bytes of [0, 1, 63, 64, 65, 1000]) {
      const block = allocator.allocate(bytes);
      expect(block.address).toBeGreaterThan(0);
      expect(block.address % 64).toBe(0);
      expect(block.bytes).toBeGreaterThanOrEqual(Math.max(1, bytes));
    }
  });

  test('never allocates the last 64 bytes of the memory, which must remain unused', () => {
    const allocator = new Allocator();
    const total = allocator.memory.bytes.length;
    const { address, bytes } = allocator.allocate(total - 64 - 64);
    expect(allocator.memory.bytes.length).toBe(total);
    expect(address + bytes).toBe(total - 64);
    // The next block is in the memory that was added, behind the former guard.
    const next = allocator.allocate(64);
    expect(next.address).toBe(total - 64);
    expect(next.address + next.bytes + 64).toBeLessThanOrEqual(allocator.memory.bytes.length);
  });

  test('returns addresses above 2 GiB, up to the unused bytes below 4 GiB', () => {
    const allocator = new Allocator(2 ** 31);
    expect(allocator.allocate(1)).toEqual({ address: 2 ** 31, bytes: 64 });
    const rest = 2 ** 31 - 64 - 64;
    expect(allocator.allocate(rest)).toEqual({ address: 2 ** 31 + 64, bytes: rest });
    allocator.memory.words[2 ** 30 - 17] = 2 ** 32 - 1;
    expect(allocator.memory.bytes[2 ** 32 - 65]).toBe(255);
    expect(() => allocator.allocate(1)).toThrow(ManabiError);
  });

  test('reuses a freed block for the next request of its size', () => {
    const allocator = new Allocator();
    const first = allocator.allocate(1000);
    allocator.free(first);
    expect(allocator.allocate(1001)).toEqual(first);
  });

  test('merges adjacent freed blocks before growing the memory', () => {
    const allocator = new Allocator();
    const blocks = [10_000, 20_000, 30_000].map((bytes) => allocator.allocate(bytes));
    const before = allocator.memory.byteLength;
    for (const block of blocks) allocator.free(block);
    expect(allocator.allocate(60_000).address).toBe(blocks[0].address);
    expect(allocator.memory.byteLength).toBe(before);
  });

  test('returns disjoint blocks that keep their contents when memory grows, and can merge all freed blocks again', () => {
    const allocator = new Allocator();
    const random = randomSource(1);
    const held: { block: Block; mark: number }[] = [];
    for (let step = 0; step < 3000; step++) {
      if (held.length > 0 && random.next() < 0.48) {
        const [{ block, mark }] = held.splice(random.integer(0, held.length), 1);
        const bytes = allocator.memory.bytes.subarray(block.address, block.address + block.bytes);
        expect(bytes.every((byte) => byte === mark)).toBe(true);
        allocator.free(block);
      } else {
        const block = allocator.allocate(random.next() < 0.1 ? random.integer(0, 200_000) : random.integer(0, 500));
        const mark = random.integer(0, 256);
        allocator.memory.bytes.fill(mark, block.address, block.address + block.bytes);
        held.push({ block, mark });
      }
    }
    for (const { block } of held) allocator.free(block);
    expect(allocator.held).toBe(0);
    const all = allocator.memory.byteLength;
    expect(allocator.allocate(all - 64).bytes).toBe(all - 64);
    expect(allocator.memory.byteLength).toBe(all);
  });

  test('reports the requested and held bytes when memory is exhausted', () => {
    const allocator = new Allocator();
    allocator.allocate(640);
    try {
      allocator.allocate(2 ** 32);
      throw new Error('The allocation must fail.');
    } catch (error) {
      expect(error).toBeInstanceOf(ManabiError);
      expect(error).toMatchObject({ code: 'memory', data: { asked: 2 ** 32, held: 640 } });
    }
    expect(allocator.held).toBe(640);
  });
});
