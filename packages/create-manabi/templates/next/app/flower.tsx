'use client';

import { useState } from 'react';
import { lengths, species } from '@/lib/iris.ts';
import { epochs } from './messages.ts';
import { useServerPrediction } from './use-server-prediction.ts';
import { useTraining } from './use-training.ts';

/** Sliders for the lengths of a flower, and its species according to the server and to a network trained in the page. */
export function Flower() {
  const [flower, setFlower] = useState<readonly number[]>([6.1, 2.9, 4.8, 1.7]);
  const onServer = useServerPrediction(flower);
  const { start, losses, accuracy, probabilities, error } = useTraining(flower);
  const isTraining = losses.length > 0 && losses.length < epochs;

  return (
    <>
      <form>
        {lengths.map(({ name, from, to }, i) => (
          <label key={name}>
            {name}
            <input
              type="range"
              min={from}
              max={to}
              step={0.1}
              value={flower[i]}
              onChange={({ target }) => setFlower(flower.with(i, target.valueAsNumber))}
            />
            <output>{flower[i].toFixed(1)} cm</output>
          </label>
        ))}
      </form>
      <section className="networks">
        <Prediction title="On the server" probabilities={onServer} />
        <Prediction title="In this page" probabilities={probabilities} />
      </section>
      <section>
        <LossCurve losses={losses} />
        <p role="status">
          {error ??
            (accuracy === null
              ? 'Not trained yet.'
              : `Epoch ${losses.length} of ${epochs}: ${describe(losses, accuracy)}`)}
        </p>
        <button type="button" onClick={start} disabled={isTraining}>
          {losses.length === 0 ? 'Train' : 'Train again'}
        </button>
      </section>
    </>
  );
}

const describe = (losses: readonly number[], accuracy: number): string =>
  `loss ${losses[losses.length - 1].toFixed(3)}, accuracy ${(100 * accuracy).toFixed(1)} %`;

function Prediction(props: { readonly title: string; readonly probabilities: readonly number[] | null }) {
  const { title, probabilities } = props;
  return (
    <article>
      <h2>{title}</h2>
      {species.map((name, i) => (
        <label key={name}>
          {name}
          <meter value={probabilities?.[i] ?? 0} />
          <output>{probabilities === null ? '–' : `${Math.round(100 * probabilities[i])} %`}</output>
        </label>
      ))}
    </article>
  );
}

function LossCurve({ losses }: { readonly losses: readonly number[] }) {
  const most = Math.max(...losses, 0.01);
  const points = losses.map((loss, i) => `${(600 * (i + 1)) / epochs},${116 - 112 * (loss / most)}`);
  return (
    <svg viewBox="0 0 600 120" preserveAspectRatio="none" role="img" aria-label="Loss after each epoch">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
