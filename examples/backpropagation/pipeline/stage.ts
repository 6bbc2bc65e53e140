/*
 * The program of a stage's thread. It does its actions in their order, one verb of the layer-at-a-time protocol after the
 * other; activations come from the stage before and gradients from the stage after, and it waits for those it needs.
 */

import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { layer, type Layerwise } from '@retrograd/nn/layerwise';
import * as rg from 'retrograd';
import { now, pack, unpack, type Answer, type Passed, type Request, type StageData } from './messages.ts';
import { LEARNING_RATE, lossOf, stageModule } from './network.ts';
import type { Action, Verb } from './schedule.ts';
import type { Span } from './timeline.ts';

type Tensor = rg.Tensor;

/** What has come through a port, by micro-batch, and who waits for what has not. */
class Inbox {
  private readonly come = new Map<number, Tensor>();
  private readonly waiting = new Map<number, (x: Tensor) => void>();

  constructor(port: MessagePort | null) {
    port?.on('message', ({ microBatch, parcel }: Passed) => {
      const x = unpack(parcel);
      const receive = this.waiting.get(microBatch);
      this.waiting.delete(microBatch);
      if (receive === undefined) this.come.set(microBatch, x);
      else receive(x);
    });
  }

  take(microBatch: number): Tensor | Promise<Tensor> {
    const x = this.come.get(microBatch);
    this.come.delete(microBatch);
    return x ?? new Promise((resolve) => this.waiting.set(microBatch, resolve));
  }
}

/** A micro-batch between its forward and the gradients of the parameters. */
interface Flight {
  readonly layer: Layerwise<rg.nn.Sequential, Tensor, Tensor>;
  readonly input: Tensor;
  gradOutput: Tensor | null;
}

const { before, after } = workerData as StageData;
const fromBefore = new Inbox(before);
const fromAfter = new Inbox(after);
const stage = layer(stageModule());
const flights = new Map<number, Flight>();
let work: Extract<Request, { kind: 'train' }>['request'];

/** What an action cannot begin without. */
async function needed({ verb, microBatch }: Action): Promise<Tensor | null> {
  if (verb === 'forward')
    return before === null ? unpack(work.inputs[microBatch]) : await fromBefore.take(microBatch);
  if (verb === 'accGradParameters') return null;
  return after === null ? null : await fromAfter.take(microBatch);
}

const verbs: Readonly<Record<Verb, (microBatch: number, given: Tensor | null) => void>> = {
  forward: (microBatch, input) => {
    const flight: Flight = { layer: layer(stage.module), input: input as Tensor, gradOutput: null };
    flights.set(microBatch, flight);
    send(after, microBatch, flight.layer.forward(flight.input));
  },
  updateGradInput: (microBatch, given) => {
    const flight = flights.get(microBatch) as Flight;
    flight.gradOutput = given ?? lossGradient(flight.layer.output as Tensor, microBatch);
    send(before, microBatch, flight.layer.updateGradInput(flight.input, flight.gradOutput));
  },
  accGradParameters: (microBatch) => {
    const flight = flights.get(microBatch) as Flight;
    flight.layer.accGradParameters(flight.input, flight.gradOutput as Tensor);
    flights.delete(microBatch);
  },
  backward: (microBatch, given) => {
    const flight = flights.get(microBatch) as Flight;
    const gradOutput = given ?? lossGradient(flight.layer.output as Tensor, microBatch);
    send(before, microBatch, flight.layer.backward(flight.input, gradOutput));
    flights.delete(microBatch);
  },
};

function lossGradient(output: Tensor, microBatch: number): Tensor {
  const leaf = output.detach().requiresGrad_();
  const loss = lossOf(leaf, unpack(work.targets[microBatch]), work.microBatches);
  return rg.grad(loss, [leaf])[0];
}

function send(port: MessagePort | null, microBatch: number, x: Tensor): void {
  if (port === null) return;
  const parcel = pack(x);
  port.postMessage({ microBatch, parcel } satisfies Passed, [parcel.numbers.buffer]);
}

/** All actions of one batch, then the update. */
async function step(): Promise<Span[]> {
  const spans: Span[] = [];
  stage.zeroGradParameters();
  for (const action of work.actions) {
    const given = await needed(action);
    const start = now();
    verbs[action.verb](action.microBatch, given);
    spans.push({ ...action, start, end: now() });
  }
  stage.updateParameters(LEARNING_RATE);
  return spans;
}

async function answer(message: Request): Promise<Answer> {
  switch (message.kind) {
    case 'train':
      work = message.request;
      rg.noGrad(() =>
        stage.parameters()[0].forEach((parameter, i) => parameter.copy_(unpack(work.parameters[i]))),
      );
      return { kind: 'ready' };
    case 'step':
      return { kind: 'done', spans: await step() };
    case 'parameters':
      return { kind: 'parameters', parameters: stage.parameters()[0].map(pack) };
  }
}

parentPort?.on('message', (message: Request) => {
  void answer(message).then((result) => parentPort?.postMessage(result));
});
