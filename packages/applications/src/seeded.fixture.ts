import { fromHost, type HostArray, hostArray } from '@manabi/core';
import type { Layer, Model } from '@manabi/layers';
import { Sequential } from '@manabi/layers';

// Weights and images that are functions of the positions of their elements. tooling/goldens/applications/seeded.py has the
// same formulas.

/** Returns a function that computes a number in [-1, 1): a hash of the position of an element and the key of its array. */
function uniform(key: number): (position: number) => number {
  const salt = Math.imul(key + 1, 0x85ebca6b);
  return (position) => {
    let h = Math.imul(position + 1, 0x9e3779b1) ^ salt;
    h ^= h >>> 15;
    h = Math.imul(h, 0x2c1b3c6d);
    h ^= h >>> 12;
    return (h >>> 0) / 2 ** 31 - 1;
  };
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((result, length) => result * length, 1);
}

function filled(shape: readonly number[], key: number, element: (u: number) => number): HostArray {
  const data = new Float32Array(product(shape));
  const u = uniform(key);
  for (let i = 0; i < data.length; i++) data[i] = element(u(i));
  return hostArray('float32', shape, data);
}

function seededWeight(
  name: string,
  shape: readonly number[],
  isDepthwise: boolean,
  key: number,
  gain: number,
): HostArray {
  if (/kernel$/i.test(name)) {
    const fanIn = product(isDepthwise || /^depthwise/.test(name) ? shape.slice(0, 2) : shape.slice(0, -1));
    const limit = Math.sqrt(6 / fanIn);
    return filled(shape, key, (u) => Math.fround(u * limit) * gain);
  }
  if (name === 'gamma') return filled(shape, key, (u) => 1 + 0.2 * u);
  if (/variance$/i.test(name)) return filled(shape, key, (u) => 1 + 0.3 * u);
  return filled(shape, key, (u) => 0.2 * u);
}

function flatLayers(model: Model): readonly Layer[] {
  return model.layers.flatMap((layer) => (layer instanceof Sequential ? flatLayers(layer) : [layer]));
}

/** Sets all weights of a network to seeded values. */
export function seedNetwork(network: Model): void {
  let key = 0;
  // With larger kernels, these networks amplify rounding errors beyond any tolerance.
  const gain = network.name.startsWith('efficientnet') ? 0.75 : 1;
  for (const layer of flatLayers(network)) {
    for (const variable of layer.weights) {
      const index = key++;
      if (variable.name === 'count') continue;
      const isDepthwise = layer.className === 'DepthwiseConv2D';
      variable.assign(fromHost(seededWeight(variable.name, variable.shape, isDepthwise, index, gain)));
    }
  }
}

/** Returns an image with seeded values in [0, 255] or [-1, 1]. */
export function seededImage(shape: readonly number[], pixels: boolean): HostArray {
  return filled([1, ...shape], 0x7fffffff, (u) => (pixels ? 127.5 * (u + 1) : u));
}
