import { tableUnit } from '../../runtime/table.ts';
import { busyWord, control, recordWords } from './control.ts';
import { failSource } from './failure.ts';
import { takingSource } from './taking.ts';
import { CLOCK_POLLS, IDLE_MS, SPIN_MS } from './waiting.ts';

/** First message to a helper: the shared words, and the number of the helper. */
export interface FirstMessage {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly index: number;
  /** In a page, name of a lock that the helper holds until it ends. */
  readonly lock?: string;
}

/** Message to a helper: a module to instantiate, or null if the helper must forget it. */
export interface ModuleMessage {
  readonly id: number;
  readonly module: WebAssembly.Module | null;
  /** Memory that the module imports. */
  readonly memory?: object;
  readonly names?: readonly string[];
}

/**
 * Returns the program of a helper, as text, so that no bundler has to find a file. It waits for jobs in a loop, and returns to
 * the event loop of its thread only while a message is on its way, as the number of messages in `sent` shows.
 *
 * A helper first announces itself in `active`, and then reads `open`. The calling thread changes the job only while no helper
 * is active. A helper that arrives late therefore sees either a closed job or a complete new one.
 *
 * @param host code that calls the function `receive` with each message, and defines the function `end`, which ends the thread
 */
export function helperSource(host: string): string {
  return `(() => {
'use strict';
const at = ${JSON.stringify(control)};
const { open, active, awaited, wake, sleeping, left, sent, started } = at;
const modules = new Map();
let c;
let index;
let record;
let received = 0;
let last = 0;

function load({ id, module, memory, names }) {
  modules.delete(id);
  if (module === null) return;
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    modules.set(id, { runs: names.map((name) => exports[name]), words: new Uint32Array(memory.buffer) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

function work() {
  const loaded = modules.get(c[at.module]);
  // Other threads run the tasks if this one had too little memory for the module.
  if (loaded === undefined) return;
  const run = loaded.runs[c[at.run]];
  let table = ${tableUnit} * (c[at.table] >>> 0);
  let own = -1;
  if (c[at.copies] !== 0) {
    const bytes = c[at.copyBytes];
    const shared = ${tableUnit} * (c[at.record] >>> 0);
    own = (${tableUnit} * (c[at.copies] >>> 0) + index * bytes) / 4;
    const from = shared / 4;
    const recordBytes = table - shared;
    loaded.words.copyWithin(own, from, from + bytes / 4);
    loaded.words.fill(0, own, own + recordBytes / 4);
    table = 4 * own + recordBytes;
  }
  takeTasks(c[at.tasks], c[at.threads], (begin, end) => {
    run(table, begin, end);
    if (own >= 0 && loaded.words[own] !== 0 && c[record] < 0) {
      for (let i = 0; i < 3; i++) c[record + 1 + i] = loaded.words[own + i];
      c[record] = begin;
    }
  });
}

${takingSource}

function takePart() {
  const measures = c[at.measures] === 1;
  const start = measures ? performance.now() : 0;
  try {
    work();
    if (measures) c[record + ${busyWord}] = 1000 * (performance.now() - start);
  } catch (error) {
    Atomics.store(c, at.next, c[at.tasks]);
    fail(error);
  }
}

${failSource}

function hasMessage() {
  return Atomics.load(c, sent) > received;
}

function hasPart() {
  const job = Atomics.load(c, open);
  if (job === 0 || job === last) return false;
  if (index < c[at.helpers]) return true;
  last = job;
  return false;
}

// Returns whether there is a job; null if there is a message, and false if the helper was idle for long.
function waitForJob() {
  let until = performance.now() + ${SPIN_MS};
  for (let i = 1; ; i++) {
    if (hasMessage()) return null;
    if (hasPart()) return true;
    if (i % ${CLOCK_POLLS} !== 0 || performance.now() < until) continue;
    const seen = Atomics.load(c, wake);
    if (hasMessage()) return null;
    if (hasPart()) return true;
    Atomics.add(c, sleeping, 1);
    const result = Atomics.wait(c, wake, seen, ${IDLE_MS});
    Atomics.sub(c, sleeping, 1);
    if (result === 'timed-out') return false;
    until = performance.now() + ${SPIN_MS};
  }
}

function takeJobs() {
  for (let found = waitForJob(); found !== null; found = waitForJob()) {
    if (!found) {
      Atomics.add(c, left, 1);
      end();
      return;
    }
    Atomics.add(c, active, 1);
    const job = Atomics.load(c, open);
    if (job !== 0) {
      last = job;
      if (index < c[at.helpers]) takePart();
    }
    Atomics.sub(c, active, 1);
    if (Atomics.load(c, awaited) !== 0) Atomics.notify(c, active);
  }
}

function receive(message) {
  if (message === null) {
    end();
    return;
  }
  received++;
  if (c === undefined) {
    ({ words: c, index } = message);
    record = at.records + ${recordWords} * index;
    Atomics.add(c, started, 1);
    Atomics.notify(c, started);
  } else {
    load(message);
  }
  if (!hasMessage()) takeJobs();
}
${host}
})();
`;
}
