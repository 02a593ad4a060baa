import { makeDrawable, pixelsOf } from './drawing.ts';
import { lossCurve } from './loss-curve.ts';
import type { Report, Request } from './messages.ts';

const drawing = element('drawing', HTMLCanvasElement);
const clear = element('clear', HTMLButtonElement);
const status = element('status', HTMLElement);
const digit = element('digit', HTMLOutputElement);
const stop = element('stop', HTMLButtonElement);
const progress = element('progress', HTMLElement);
const bars = Array.from({ length: 10 }, () => document.createElement('li'));
element('probabilities', HTMLOListElement).append(...bars);
const addPoint = lossCurve(element('curve', SVGSVGElement));

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const send = (request: Request): void => worker.postMessage(request);

let steps = 0;

worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
  switch (data.kind) {
    case 'started':
      steps = data.steps;
      stop.disabled = false;
      status.textContent = `Training on ${data.backend}: draw while it learns.`;
      status.title = data.reason;
      break;
    case 'progress':
      addPoint(data, steps);
      progress.textContent = `step ${data.step} of ${steps} · loss ${data.loss.toFixed(3)} · accuracy ${percent(data.accuracy)}`;
      break;
    case 'prediction':
      showPrediction(data.probabilities);
      break;
    case 'ended':
      stop.disabled = true;
      status.textContent = `Trained: recognizes ${percent(data.accuracy)} of 10,000 new digits.`;
      break;
    case 'failed':
      stop.disabled = true;
      status.textContent = data.message;
      break;
  }
});
worker.addEventListener('error', ({ message }) => {
  status.textContent = `The worker failed: ${message}`;
});

let isDue = false;
const reset = makeDrawable(drawing, () => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    const pixels = pixelsOf(drawing);
    send({ kind: 'predict', pixels });
    if (pixels === null) showPrediction(null);
  });
});
clear.addEventListener('click', reset);
stop.addEventListener('click', () => {
  stop.disabled = true;
  send({ kind: 'stop' });
});

function showPrediction(probabilities: readonly number[] | null): void {
  const best = probabilities?.indexOf(Math.max(...probabilities)) ?? -1;
  digit.value = best < 0 ? '?' : String(best);
  for (const [i, bar] of bars.entries()) {
    bar.style.setProperty('--share', String(probabilities?.[i] ?? 0));
    bar.classList.toggle('best', i === best);
    bar.title = percent(probabilities?.[i] ?? 0);
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Returns the element of the page with an id. */
function element<T extends Element>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page lacks the ${type.name} #${id}.`);
  return found;
}
