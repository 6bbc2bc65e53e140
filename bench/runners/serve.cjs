// One library's side of a comparison: a process that waits for the name of a workload and a time, runs the workload for
// that long, and answers how long each step took. What is compared takes turns this way, in processes of their own, and
// a busy machine troubles all of them alike.

'use strict';

const { createInterface } = require('node:readline');

/**
 * @typedef {() => unknown} Step One step; it may return a promise, or phases by name in milliseconds.
 * @typedef {Record<string, () => Step | Promise<Step>>} Workloads How each workload is set up.
 */

const now = () => performance.now();
const PATIENCE = 5;

/**
 * @param {string} name the library and its version
 * @param {Workloads} workloads
 */
async function serve(name, workloads) {
  /** @type {Map<string, Step>} */
  const warm = new Map();
  say({ name, workloads: Object.keys(workloads) });
  for await (const line of createInterface({ input: process.stdin })) {
    const { workload, budget } = JSON.parse(line);
    try {
      let step = warm.get(workload);
      if (step === undefined) {
        step = await workloads[workload]();
        // Everything but one workload is garbage while that one runs.
        warm.clear();
        warm.set(workload, step);
        await repeat(step, budget / 2);
      }
      say({ workload, ...(await repeat(step, budget)) });
    } catch (error) {
      say({ workload, error: firstLine(error) });
    }
  }
}

/**
 * At least two steps, unless one already takes many times the budget.
 * @param {Step} step
 * @param {number} budget in milliseconds
 */
async function repeat(step, budget) {
  /** @type {number[]} */
  const times = [];
  /** @type {Record<string, number[]>} */
  const phases = {};
  const begin = now();
  do {
    const start = now();
    const result = step();
    const done = result instanceof Promise ? await result : result;
    times.push(now() - start);
    if (typeof done === 'object' && done !== null && 'phases' in done) {
      for (const [phase, ms] of Object.entries(done.phases ?? {})) (phases[phase] ??= []).push(ms);
    }
  } while (now() < begin + budget || (times.length < 2 && now() < begin + PATIENCE * budget));
  return { times, phases };
}

/** @param {unknown} message */
function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** @param {unknown} error */
function firstLine(error) {
  return String(error instanceof Error ? error.message : error)
    .split('\n')[0]
    .slice(0, 200);
}

module.exports = { serve };
