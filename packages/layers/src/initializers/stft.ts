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

/** What `stft` takes. */
export interface StftOptions {
  /** Which part of the spectrum the kernel computes; by default `real`. */
  readonly side?: 'real' | 'imag';
  /** What the samples of a frame are multiplied by: a name, as many numbers as samples, or null for none; by default `hann`. */
  readonly window?: WindowName | readonly number[] | null;
  /** What the window is divided by: the root of its sum of squares, its sum, or nothing; by default `density`. */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Whether a window by name goes on periodically; by default it is symmetric. */
  readonly periodic?: boolean;
}

const kinds = {
  side: optional(oneOf('real', 'imag'), 'real'),
  window: optional(nullable(anyOf(oneOf(...WINDOW_NAMES), listOf(number(), { min: 1 }))), 'hann'),
  scaling: optional(nullable(oneOf('density', 'spectrum')), 'density'),
  periodic: optional(boolean, false),
} satisfies KindsOf<StftOptions>;

/**
 * The kernel of a 1-dimensional convolution that computes a short-time Fourier transform: shape [samples of a frame, 1,
 * frequencies], where frequency `k` of `n` turns `k / (2 (n - 1))` times a sample.
 *
 * @throws ManabiError `argument` for unknown words; `shape` when it is drawn for another shape, or the window has another
 * number of samples
 * @example `layers.conv1d({ filters: 129, kernelSize: 256, useBias: false, kernelInitializer: initializers.stft() })`
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
        Array.from({ length: frequencies }, (_, k) => weight * wave(-turn(time * k, 2 * (frequencies - 1)))),
      );
      return tensor(kernel, { dtype, shape });
    },
  };
}

/** 2π times the fraction, whose whole turns are left out, so that long frames lose no digits. */
function turn(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : (2 * Math.PI * (numerator % denominator)) / denominator;
}

/** What each sample of a frame is multiplied by. */
function weights({ window, scaling, periodic }: OptionValues<typeof kinds>, shape: Shape): readonly number[] {
  const [length, channels] = shape;
  if (shape.length !== 3 || channels !== 1) {
    throw new ManabiError(
      'shape',
      `The initializer stft makes kernels of shape [samples, 1, frequencies], but was asked for [${shape.join(', ')}].`,
      { op: 'stft', data: { shape } },
    );
  }
  if (window === null) return Array.from({ length }, () => 1);
  const samples = typeof window === 'string' ? windowSamples(window, length, periodic) : window;
  if (samples.length !== length) {
    throw new ManabiError('shape', `The window of stft has ${samples.length} samples, but a frame has ${length}.`, {
      op: 'stft',
      data: { shape, window: samples.length },
    });
  }
  const scale = scaling === null ? 1 : scaling === 'density' ? Math.hypot(...samples) : sumOfSizes(samples);
  return samples.map((sample) => sample / scale);
}

function sumOfSizes(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + Math.abs(sample), 0);
}
