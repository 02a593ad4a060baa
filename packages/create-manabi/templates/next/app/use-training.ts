import { useEffect, useRef, useState } from 'react';
import type { Report } from './messages.ts';

/** A training in a worker. */
export interface Training {
  /** Starts the training from the beginning. */
  readonly start: () => void;
  /** Loss after each epoch so far. */
  readonly losses: readonly number[];
  readonly accuracy: number | null;
  /** What the network of the worker predicts for the flower; null before the training. */
  readonly probabilities: readonly number[] | null;
  readonly error: string | null;
}

const untrained = { losses: [], accuracy: null, probabilities: null, error: null } satisfies Partial<Training>;

/** Trains the network in a worker when `start` is called, and predicts a flower with it. */
export function useTraining(flower: readonly number[]): Training {
  const worker = useRef<Worker | null>(null);
  const [state, setState] = useState<Omit<Training, 'start'>>(untrained);

  const start = (): void => {
    worker.current?.terminate();
    worker.current = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    setState(untrained);
    worker.current.onmessage = ({ data }: MessageEvent<Report>) => {
      setState((before) => {
        if (data.kind === 'failed') return { ...before, error: data.message };
        if (data.kind === 'prediction') return { ...before, probabilities: data.probabilities };
        return { ...before, losses: [...before.losses, data.loss], accuracy: data.accuracy };
      });
    };
    worker.current.onerror = ({ message }) => setState({ ...untrained, error: message });
    worker.current.postMessage(flower);
  };

  useEffect(() => worker.current?.postMessage(flower), [flower]);
  useEffect(() => () => worker.current?.terminate(), []);
  return { ...state, start };
}
