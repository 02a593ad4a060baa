import type { ConsoleLine, CurvePoint, FromWorker } from '../protocol/messages.ts';

/** Time for which lines and points are collected, in milliseconds. */
const INTERVAL = 50;

let lines: ConsoleLine[] = [];
let points: CurvePoint[] = [];
let isWaiting = false;
let lastFlush = 0;

/** Sends a message to the page, after all lines and points before it. */
export function send(message: FromWorker, transfer: Transferable[] = []): void {
  flush();
  self.postMessage(message, { transfer });
}

/** Sends a line to the page with the next batch. */
export function sendLine(line: ConsoleLine): void {
  lines.push(line);
  schedule();
}

/** Sends a point of a curve to the page with the next batch. */
export function sendPoint(point: CurvePoint): void {
  points.push(point);
  schedule();
}

/** Sends what was collected. A program that never waits would keep a timer from firing, so the time is checked here, too. */
function schedule(): void {
  if (performance.now() - lastFlush > INTERVAL) {
    flush();
  } else if (!isWaiting) {
    isWaiting = true;
    setTimeout(flush, INTERVAL);
  }
}

function flush(): void {
  isWaiting = false;
  lastFlush = performance.now();
  if (lines.length > 0) self.postMessage({ type: 'lines', lines } satisfies FromWorker);
  if (points.length > 0) self.postMessage({ type: 'points', points } satisfies FromWorker);
  lines = [];
  points = [];
}
