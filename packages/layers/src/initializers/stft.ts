import { ManabiError, type Shape, tensor } from '@manabi/core';
import {
  anyOf,
  boolean,
  type KindsOf,
  listOf,
  nullable,
  number,
  type OptionValues,
  oneOf,
  optional,
  readOptions,
} from '@manabi/errors';
import type { Initializer } from './initializer.ts';
import { WINDOW_NAMES, type WindowName, windowSamples } from './windows.ts';

/** Options of `stft`. */
export interface StftOptions {
  /** Part of the spectrum that the kernel computes (default: `'real'`). */
  readonly side?: 'real' | 'imag';
  /** Window: a name, one number per sample of a frame, or null for no window (default: `'hann'`). */
  readonly window?: WindowName | readonly number[] | null;
  /**
   * Divisor of the window: the root of its sum of squares (`'density'`), the sum of its absolute values (`'spectrum'`),
   * or null for no division (default: `'density'`).
   */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Whether a named window is periodic rather than symmetric (default: false). */
  readonly periodic?: boolean;
}

const kinds = {
  side: optional(oneOf('real', 'imag'), 'real'),
  window: optional(nullable(anyOf(oneOf(...WINDOW_NAMES), listOf(number(), { min: 1 }))), 'hann'),
  scaling: optional(nullable(oneOf('density', 'spectrum')), 'density'),
  periodic: optional(boolean, false),
} satisfies KindsOf<StftOptions>;

/**
 * Creates an initializer for the kernel of a 1D convolution that computes a short-time Fourier transform. The kernel has
 * shape [samples, 1, frequencies], with `kernel[t, 0, k] = window[t] · cos(π k t / (frequencies - 1))` for the real part and
 * `-window[t] · sin(π k t / (frequencies - 1))` for the imaginary part.
 *
 * @throws ManabiError `argument` for invalid options; `draw` throws `shape` unless the weight has shape [samples, 1,
 * frequencies], and if the window has another number of samples
 * @example
 * ```ts
 * import { initializers, layers, ones } from 'manabi';
 *
 * // 256 samples per frame give 129 frequencies.
 * const layer = layers.conv1d({ filters: 129, kernelSize: 256, useBias: false, kernelInitializer: initializers.stft() });
 * console.log(layer.apply(ones([1, 1000, 1])).shape); // [1, 745, 129]
 * ```
 */
export function stft(options: StftOptions = {}): Initializer {
  const config = readOptions('stft', options, kinds);
  return {
    className: 'STFT',
    config,
    draw: (_key, shape, dtype) => {
      const samples = weights(config, shape);
      const [, , frequencies] = shape;
      const wave = config.side === 'real' ? Math.cos : Math.sin;
      const kernel = samples.flatMap((weight, time) =>
        Array.from({ length: frequencies }, (_, k) => weight * wave(-angle(time * k, 2 * (frequencies - 1)))),
      );
      return tensor(kernel, { dtype, shape });
    },
  };
}

/**
 * Returns the angle 2π · numerator / denominator. Full rotations are removed first, to keep precision in long frames.
 */
function angle(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : (2 * Math.PI * (numerator % denominator)) / denominator;
}

/** Returns the window divided by its scaling: one factor per sample of a frame. */
function weights({ window, scaling, periodic }: OptionValues<typeof kinds>, shape: Shape): readonly number[] {
  const [length, channels] = shape;
  if (shape.length !== 3 || channels !== 1) {
    throw new ManabiError(
      'shape',
      `The kernel must have shape [samples, 1, frequencies]; got [${shape.join(', ')}]. ` +
        'Use stft in a conv1d layer whose input has one channel.',
      { op: 'stft', data: { shape } },
    );
  }
  if (window === null) return Array.from({ length }, () => 1);
  const samples = typeof window === 'string' ? windowSamples(window, length, periodic) : window;
  if (samples.length !== length) {
    const message = `\`window\` must have ${length} samples, as many as a frame; got ${samples.length}.`;
    throw new ManabiError('shape', message, {
      op: 'stft',
      data: { shape, window: samples.length },
    });
  }
  const scale = scaling === null ? 1 : scaling === 'density' ? Math.hypot(...samples) : sumOfMagnitudes(samples);
  return samples.map((sample) => sample / scale);
}

function sumOfMagnitudes(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + Math.abs(sample), 0);
}
