import { afterEach, describe, expect, test } from '@jest/globals';
import { dispatchesOf } from './dispatches-of.ts';

class Encoder {
  readonly done: string[] = [];

  dispatchWorkgroups(x: number): void {
    this.done.push(`direct ${x}`);
  }

  dispatchWorkgroupsIndirect(_: object, offset: number): void {
    this.done.push(`indirect ${offset}`);
  }
}

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'GPUComputePassEncoder');
});

describe('dispatchesOf', () => {
  test('counts direct and indirect dispatches, which still take place', async () => {
    Object.assign(globalThis, { GPUComputePassEncoder: Encoder });
    const encoder = new Encoder();
    const count = await dispatchesOf(async () => {
      encoder.dispatchWorkgroups(4);
      encoder.dispatchWorkgroupsIndirect({}, 8);
    });
    expect(count).toBe(2);
    expect(encoder.done).toEqual(['direct 4', 'indirect 8']);
  });

  test('restores the methods, even after an error', async () => {
    Object.assign(globalThis, { GPUComputePassEncoder: Encoder });
    const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = Encoder.prototype;
    await expect(dispatchesOf(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(Encoder.prototype.dispatchWorkgroups).toBe(dispatchWorkgroups);
    expect(Encoder.prototype.dispatchWorkgroupsIndirect).toBe(dispatchWorkgroupsIndirect);
  });

  test('returns null without WebGPU', async () => {
    expect(await dispatchesOf(async () => {})).toBeNull();
  });
});
