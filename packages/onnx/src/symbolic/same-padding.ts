import type { Padding, Shape } from '@manabi/ir';
import type { TracedNode } from './open-graph.ts';

/** Attributes of operators and configs of composites with sliding windows. */
interface Windows {
  readonly window: Shape;
  readonly strides: Shape;
  readonly dilation: Shape;
  readonly padding: readonly Padding[];
}

/**
 * Returns whether the padding of sliding windows differs between traced graphs, and always is Keras's padding `same`, which
 * ONNX can compute at run time (`auto_pad` SAME_UPPER). The result then has one window per step, that is, the length of the
 * input divided by the stride, rounded up, and the larger half of the padding follows the input.
 */
export function hasSamePadding(traced: readonly TracedNode[]): boolean {
  const all = traced.map((each) => ({ ...each, windows: windowsOf(each) }));
  const paddings = new Set(all.map(({ windows }) => JSON.stringify(windows?.padding)));
  if (paddings.size < 2) return false;
  return all.every(({ node, types, windows }) => windows !== null && isSame(windows, types[node.operands[0]].shape));
}

function windowsOf({ node, types }: TracedNode): Windows | null {
  switch (node.op) {
    case 'conv': {
      const { strides, rhsDilation, lhsDilation, padding } = node.attributes;
      if (lhsDilation.some((step) => step !== 1)) return null;
      return { window: types[node.operands[1]].shape.slice(2), strides, dilation: rhsDilation, padding };
    }
    case 'maxPool':
    case 'windowSum':
      return node.attributes;
    case 'call': {
      const { config } = node.attributes;
      return isWindows(config) ? config : null;
    }
    default:
      return null;
  }
}

function isWindows(config: object): config is Windows {
  return 'window' in config && 'strides' in config && 'dilation' in config && 'padding' in config;
}

function isSame({ window, strides, dilation, padding }: Windows, image: Shape): boolean {
  const lengths = image.slice(image.length - window.length);
  return lengths.every((length, axis) => {
    const steps = Math.ceil(length / strides[axis]);
    const reach = (window[axis] - 1) * dilation[axis] + 1;
    const total = Math.max(0, (steps - 1) * strides[axis] + reach - length);
    const [low, high] = padding[axis];
    return low === Math.floor(total / 2) && high === total - low;
  });
}
