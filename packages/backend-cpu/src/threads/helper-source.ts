import { control, recordWords } from './control.ts';

/** Milliseconds for which an idle helper waits actively. Then it sleeps, and waking it takes about as long. */
const SPIN_MS = 0.05;

/** Milliseconds after which a sleeping helper ends. */
const IDLE_MS = 5000;

/**
 * Program of a helper, as text, so that no bundler has to find a file. It waits for jobs in a loop and never returns to the
 * event loop of its thread, so it receives modules with `receiveMessageOnPort`.
 *
 * A helper first announces itself in `active`, and then reads `open`. The calling thread changes the job only while no helper
 * is active. A helper that arrives late therefore sees either a closed job or a complete new one.
 */
export const helperSource = `'use strict';
const { receiveMessageOnPort, workerData } = require('node:worker_threads');
const { words: c, port, index } = workerData;
const at = ${JSON.stringify(control)};
const { open, next, active, awaited, wake, sleeping, left, stop, failed, started } = at;
const record = at.records + ${recordWords} * index;
const modules = new Map();

function receive() {
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    const { id, module, memory, names } = got.message;
    modules.delete(id);
    if (module === null) continue;
    try {
      const { exports } = new WebAssembly.Instance(module, { env: { memory } });
      modules.set(id, { runs: names.map((name) => exports[name]), words: new Uint32Array(memory.buffer) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

function work() {
  const id = c[at.module];
  if (!modules.has(id)) receive();
  const loaded = modules.get(id);
  // Other threads run the tasks if this one had too little memory for the module.
  if (loaded === undefined) return;
  const run = loaded.runs[c[at.run]];
  const tasks = c[at.tasks];
  const parts = 2 * c[at.threads];
  let table = c[at.table];
  let own = -1;
  if (c[at.copies] !== 0) {
    const bytes = c[at.copyBytes];
    own = ((c[at.copies] >>> 0) + index * bytes) / 4;
    const from = (c[at.record] >>> 0) / 4;
    const recordBytes = table - c[at.record];
    loaded.words.copyWithin(own, from, from + bytes / 4);
    loaded.words.fill(0, own, own + recordBytes / 4);
    table = 4 * own + recordBytes;
  }
  for (let begin = Atomics.load(c, next); begin < tasks; ) {
    const end = begin + Math.max(1, Math.floor((tasks - begin) / parts));
    const found = Atomics.compareExchange(c, next, begin, end);
    if (found !== begin) {
      begin = found;
      continue;
    }
    run(table, begin, end);
    if (own >= 0 && loaded.words[own] !== 0 && c[record] < 0) {
      for (let i = 0; i < 3; i++) c[record + 1 + i] = loaded.words[own + i];
      c[record] = begin;
    }
    begin = Atomics.load(c, next);
  }
}

function takePart() {
  try {
    work();
  } catch (error) {
    Atomics.store(c, next, c[at.tasks]);
    port.postMessage({ name: error.name, message: error.message });
    Atomics.store(c, failed, 1);
  }
}

let last = 0;
function hasPart() {
  const job = Atomics.load(c, open);
  if (job === 0 || job === last) return false;
  if (index < c[at.helpers]) return true;
  last = job;
  return false;
}

function waitForJob() {
  let until = performance.now() + ${SPIN_MS};
  for (let i = 1; ; i++) {
    if (hasPart()) return true;
    if (i % 64 !== 0 || performance.now() < until) continue;
    const seen = Atomics.load(c, wake);
    if (Atomics.load(c, stop) !== 0) return false;
    if (hasPart()) return true;
    Atomics.add(c, sleeping, 1);
    const result = Atomics.wait(c, wake, seen, ${IDLE_MS});
    Atomics.sub(c, sleeping, 1);
    if (result === 'timed-out' || Atomics.load(c, stop) !== 0) return false;
    until = performance.now() + ${SPIN_MS};
  }
}

Atomics.add(c, started, 1);
Atomics.notify(c, started);
while (waitForJob()) {
  Atomics.add(c, active, 1);
  const job = Atomics.load(c, open);
  if (job !== 0) {
    last = job;
    if (index < c[at.helpers]) takePart();
  }
  Atomics.sub(c, active, 1);
  if (Atomics.load(c, awaited) !== 0) Atomics.notify(c, active);
}
Atomics.add(c, left, 1);
`;
