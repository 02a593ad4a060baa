import { formatMs, rateOf } from '@manabi/bench/report';
import { element } from '../runner/element.ts';
import type { BenchmarkData, MeasureMessage, MeasureRequest } from './messages.ts';

/** The benchmarks and their committed times, which the build inserts. */
declare const __MANABI_BENCHMARKS__: BenchmarkData;

/** Measuring time for each benchmark, in seconds. */
const SECONDS = 1;

type Measurement = Extract<MeasureMessage, { type: 'result' }>['result'];

/**
 * Adds a button to an element that measures manabi in a worker, and a table of the results.
 *
 * @param root element; its attribute `data-seconds` overrides the measuring time of each benchmark
 * @param workerUrl address of the worker's module
 * @returns function that ends the measurement and removes what was added
 */
export function mountBenchmarks(root: HTMLElement, workerUrl: string): () => void {
  const data = __MANABI_BENCHMARKS__;
  let worker: Worker | null = null;
  const run = element('button', { type: 'button', class: 'primary' }, ['Run the benchmarks here']);
  const stop = element('button', { type: 'button', class: 'primary', hidden: '' }, ['Stop']);
  const backend = element('select', {}, [
    element('option', { value: 'auto' }, ['automatic']),
    element('option', { value: 'cpu' }, ['cpu']),
  ]);
  if ('gpu' in navigator) backend.append(element('option', { value: 'webgpu' }, ['webgpu']));
  const status = element('span', { class: 'runnable-status', role: 'status' });
  const bar = element('div', { class: 'benchmark-bar' }, [
    run,
    stop,
    element('label', {}, ['Backend ', backend]),
    status,
  ]);
  const body = element('tbody');
  const heads = [
    'benchmark',
    'backend',
    'this browser',
    'quartiles',
    'rate',
    `Node, ${data.machine.processor}`,
    'ratio',
  ];
  const table = element('table', { tabindex: '0', hidden: '' }, [
    element('thead', {}, [
      element(
        'tr',
        {},
        heads.map((text) => element('th', { scope: 'col' }, [text])),
      ),
    ]),
    body,
  ]);
  const notes = element('ul', { class: 'benchmark-notes' });

  const finish = (state: string, text: string) => {
    worker?.terminate();
    worker = null;
    run.hidden = false;
    stop.hidden = true;
    root.dataset.state = state;
    status.textContent = text;
  };
  const receive = (message: MeasureMessage, total: number) => {
    switch (message.type) {
      case 'ready':
        break;
      case 'backend':
        if (message.omitted !== null) notes.append(element('li', {}, [`${message.backend}: ${message.omitted}`]));
        else status.textContent = `Measuring on ${message.backend} …`;
        break;
      case 'result':
        table.hidden = false;
        body.append(rowOf(message.result, data));
        status.textContent = `Measured ${body.childElementCount} of at least ${total} …`;
        break;
      case 'done':
        finish('done', `Measured ${body.childElementCount} benchmarks.`);
    }
  };
  run.addEventListener('click', () => {
    body.replaceChildren();
    notes.replaceChildren();
    table.hidden = true;
    run.hidden = true;
    stop.hidden = false;
    stop.focus();
    root.dataset.state = 'running';
    status.textContent = 'Downloading manabi …';
    const chosen = backend.value;
    const request: MeasureRequest = {
      cases: data.cases,
      backend: chosen === 'cpu' || chosen === 'webgpu' ? chosen : 'auto',
      seconds: Number(root.dataset.seconds ?? SECONDS),
      threads: data.threads,
    };
    // A worker from a blob has the content security policy of the page.
    const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(workerUrl)};`], { type: 'text/javascript' }));
    const started = new Worker(url, { type: 'module' });
    worker = started;
    started.addEventListener('message', ({ data: message }: MessageEvent<MeasureMessage>) => {
      if (message.type === 'ready') {
        URL.revokeObjectURL(url);
        started.postMessage(request);
      }
      if (worker === started) receive(message, request.cases.length);
    });
    started.addEventListener('error', ({ message }) =>
      finish('failed', `The benchmarks failed. ${message ?? 'Check the network connection, and try again.'}`),
    );
  });
  stop.addEventListener('click', () => {
    finish('stopped', 'Stopped.');
    run.focus();
  });
  root.append(bar, table, notes);
  return () => {
    worker?.terminate();
    root.replaceChildren();
  };
}

function rowOf(result: Measurement, { committed }: BenchmarkData): HTMLElement {
  const { work, size, backend, adapter, medianMs, lowMs, highMs, note } = result;
  const inNode = committed[`${work}:${size}`];
  const time = medianMs === null ? (note ?? '') : formatMs(medianMs);
  const ratio = medianMs === null || inNode === undefined ? '' : `${Number((medianMs / inNode).toPrecision(2))}×`;
  const quartiles = lowMs === null || highMs === null ? '' : `${formatMs(lowMs)} to ${formatMs(highMs)}`;
  const device = adapter === null ? backend : `${backend}, ${adapter}`;
  const texts = [device, time, inNode === undefined ? '' : formatMs(inNode), ratio, quartiles, rateOf(result)];
  return element('tr', {}, [
    element('th', { scope: 'row' }, [`${work} ${size}`]),
    ...texts.map((text) => element('td', {}, [text])),
  ]);
}
