import { tableUnit } from '../../runtime/table.ts';
import { control, orderStates, outcomes, recordWords } from '../pool/control.ts';
import { failSource } from '../pool/failure.ts';
import { takingSource } from '../pool/taking.ts';
import { IDLE_MS, LONG_WAIT_MS, POLLS, SPIN_MS, TIMED_RUNS, WAKING_MS } from '../pool/waiting.ts';
import type { FrameScript } from './plan-script.ts';

/** First message to the coordinator. */
export interface CoordinatorMessage {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly helpers: number;
  /** Whether helpers take part in all jobs, however short, for tests. */
  readonly eager: boolean;
  /** Whether the page waits for a message at the end of each order, because it cannot wait for `control.ended`. */
  readonly posts: boolean;
  /** Name of a lock that the coordinator holds until it ends; missing if the browser has no locks. */
  readonly lock?: string;
}

/** Message to the coordinator: a plan that it will be ordered to run, or null if it must forget the plan. */
export interface PlanMessage {
  readonly id: number;
  readonly module: WebAssembly.Module | null;
  readonly memory?: object;
  /** Size in bytes of an address in a table. */
  readonly addressBytes?: number;
  readonly names?: readonly string[];
  readonly frame?: FrameScript;
  /** Positions of the error records of the plan and of the plans in it, in 32-bit words. */
  readonly records?: readonly number[];
}

/**
 * Returns the program of the coordinator, as text: a worker that runs whole plans for a page, by its orders, together with the
 * helpers. What `PlanFrame`, `loopRunner`, `branchRunner` and `Pool.run` do on the calling thread, it does with the entries of a
 * `FrameScript`.
 *
 * @param host code that calls the function `receive` with each message, and defines the function `end`, which ends the thread
 */
export function coordinatorSource(host: string): string {
  return `(() => {
'use strict';
const at = ${JSON.stringify(control)};
const { open, active, awaited, wake, sleeping, bell, order, ended, told } = at;
const plans = new Map();
let c;
let helpers;
let eager;
let posts;
let received = 0;
let jobs = 0;
let unaided = 0;
let aloneUntil = 0;
let aloneBelow = 0;
let plan;
let words;
let addresses;
let bytes;

function load({ id, module, memory, addressBytes, names, frame, records }) {
  plans.delete(id);
  if (module === null) return;
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    plans.set(id, { id, memory, addressBytes, frame, records, runs: names.map((name) => exports[name]) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

function waitForHelpers() {
  let start = 0;
  for (let polls = 0; ; polls++) {
    const busy = Atomics.load(c, active);
    if (busy === 0) return start === 0 ? 0 : performance.now() - start;
    if (polls < ${POLLS}) continue;
    if (start === 0) start = performance.now();
    Atomics.store(c, awaited, 1);
    Atomics.wait(c, active, busy, 100);
    Atomics.store(c, awaited, 0);
  }
}

function share(job, run, isLong) {
  const { table, record, tasks, copies, copyBytes } = job;
  const threads = 1 + Math.min(job.helpers, helpers);
  c[at.module] = plan.id;
  c[at.run] = job.run;
  c[at.tasks] = tasks;
  c[at.table] = table / ${tableUnit};
  c[at.record] = record / ${tableUnit};
  c[at.copies] = copies / ${tableUnit};
  c[at.copyBytes] = copyBytes;
  c[at.helpers] = job.helpers;
  c[at.threads] = threads;
  for (let i = 0; i < helpers; i++) c[at.records + ${recordWords} * i] = -1;
  c[at.next] = 0;
  jobs = jobs === 0x7fffffff ? 1 : jobs + 1;
  Atomics.store(c, open, jobs);
  if (isLong && Atomics.load(c, sleeping) > 0) {
    Atomics.add(c, wake, 1);
    Atomics.notify(c, wake);
  }
  for (let i = 0; eager && i < 50 && Atomics.load(c, at.next) === 0; i++) Atomics.wait(c, active, 0, 0.2);
  const checks = copies !== 0 && words[record / 4] === 0;
  let own = tasks;
  try {
    takeTasks(tasks, threads, (begin, end) => {
      run(table, begin, end);
      if (checks && own === tasks && words[record / 4] !== 0) own = begin;
    });
  } finally {
    Atomics.store(c, at.next, tasks);
    Atomics.store(c, open, 0);
    const waited = waitForHelpers();
    if (waited > ${LONG_WAIT_MS} + (2 * threads * job.least) / tasks) {
      aloneUntil = performance.now() + 5 * waited;
      aloneBelow = 2 * waited;
    }
  }
  // The page reads the error from the words.
  if (Atomics.load(c, at.failed) !== 0) throw null;
  for (let i = 0; checks && i < helpers; i++) {
    const first = at.records + ${recordWords} * i;
    if (c[first] < 0 || c[first] >= own) continue;
    own = c[first];
    words.set(c.subarray(first + 1, first + 4), record / 4);
  }
}

${takingSource}

function runJob(job) {
  const run = plan.runs[job.run];
  job.least ??= Infinity;
  job.count ??= 0;
  if (aloneBelow > 0 && performance.now() >= aloneUntil) aloneBelow = 0;
  if (job.tasks < 2 || helpers === 0 || (!eager && job.least < aloneBelow)) {
    run(job.table, 0, job.tasks);
    return;
  }
  const isTimed = job.count++ % ${TIMED_RUNS} === 0;
  const start = isTimed ? performance.now() : 0;
  const isLong = eager || unaided + job.least > ${WAKING_MS};
  unaided = isLong ? 0 : unaided + job.least;
  share(job, run, isLong);
  if (isTimed) job.least = Math.min(job.least, performance.now() - start);
}

function runSteps({ steps }, stop = -1) {
  for (let i = 0; i < steps.length; i++) {
    if (i === stop && plan.records.some((record) => words[record] !== 0)) return true;
    const step = steps[i];
    if (step.kind === 'job') runJob(step);
    else if (step.kind === 'loop') runLoop(step);
    else runBranch(step);
  }
  return false;
}

// Sets the addresses of a plan in a loop or branch.
function link({ frame, arenas, links }) {
  for (const arena of arenas) for (const [entry, offset] of frame.arena) addresses[entry] = addresses[arena] + offset;
  for (const [from, to] of links) addresses[to] = addresses[from];
}

function runBranch({ condition, sides }) {
  const side = sides[bytes[addresses[condition]] === 0 ? 1 : 0];
  link(side);
  runSteps(side.frame);
}

function move(carry, address) {
  if (carry.now !== address) bytes.copyWithin(address, carry.now, carry.now + carry.bytes);
  carry.now = address;
}

function continues({ test, verdict, carries }) {
  if (test === null) return true;
  for (const carry of carries) addresses[carry.test] = carry.now;
  runSteps(test.frame);
  return bytes[addresses[verdict]] !== 0;
}

function runLoop(loop) {
  const { turns, reverse, body, test, carries, slices } = loop;
  link(body);
  for (const job of body.frame.once) runJob(job);
  if (test !== null) link(test);
  for (const carry of carries) {
    carry.now = addresses[carry.initial];
    carry.last = addresses[carry.final];
    carry.other = carry.spare === null ? carry.last : addresses[carry.spare];
    if (carry.spare === null) move(carry, carry.last);
  }
  for (const slice of slices) {
    slice.now = addresses[slice.slot] + (reverse && turns !== null ? (turns - 1) * slice.bytes : 0);
  }
  let toLast = turns === null || turns % 2 === 1;
  for (let turn = 0; turn !== turns && continues(loop); turn++) {
    for (const carry of carries) {
      addresses[carry.input] = carry.now;
      carry.now = toLast ? carry.last : carry.other;
      addresses[carry.output] = carry.now;
    }
    for (const slice of slices) {
      addresses[slice.entry] = slice.now;
      slice.now += reverse ? -slice.bytes : slice.bytes;
    }
    runSteps(body.frame);
    toLast = !toLast;
  }
  for (const carry of carries) move(carry, carry.last);
}

function obey() {
  const start = performance.now();
  let outcome = ${outcomes.refused};
  try {
    plan = plans.get(c[at.plan]);
    if (plan !== undefined) {
      // The memory may have grown since the last order.
      words = new Uint32Array(plan.memory.buffer);
      addresses = plan.addressBytes === 4 ? words : new Float64Array(plan.memory.buffer);
      bytes = new Uint8Array(plan.memory.buffer);
      outcome = runSteps(plan.frame, c[at.stop]) ? ${outcomes.stopped} : ${outcomes.ran};
    }
  } catch (error) {
    outcome = ${outcomes.failed};
    if (error !== null) fail(error);
  }
  c[at.outcome] = outcome;
  c[at.time] = 1000 * (performance.now() - start);
  Atomics.store(c, order, ${orderStates.none});
  Atomics.add(c, ended, 1);
  Atomics.notify(c, ended);
  if (posts) postMessage(null);
}

${failSource}

function hasMessage() {
  return Atomics.load(c, told) > received;
}

function takeOrders() {
  let until = performance.now() + ${SPIN_MS};
  for (let i = 1; !hasMessage(); i++) {
    const seen = Atomics.load(c, bell);
    if (Atomics.compareExchange(c, order, ${orderStates.given}, ${orderStates.taken}) === ${orderStates.given}) {
      obey();
      until = performance.now() + ${SPIN_MS};
    }
    if (hasMessage() || i % 64 !== 0 || performance.now() < until) continue;
    if (Atomics.wait(c, bell, seen, ${IDLE_MS}) !== 'timed-out') continue;
    if (Atomics.compareExchange(c, order, ${orderStates.none}, ${orderStates.left}) !== ${orderStates.none}) continue;
    end();
    return;
  }
}

function receive(message) {
  received++;
  if (c === undefined) ({ words: c, helpers, eager, posts } = message);
  else load(message);
  if (!hasMessage()) takeOrders();
}
${host}
})();
`;
}
