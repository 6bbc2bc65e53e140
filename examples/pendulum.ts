/*
 * How long is this pendulum, and how much does it rub? From a noisy film of its angle. The motion
 *
 *     θ″ = −(g / length) sin θ − friction θ′
 *
 * is integrated by the classical Runge-Kutta method, written in tensors; the gradient of the misfit runs back through every
 * step of it, and L-BFGS finds the length, the friction and the start. There is no neural network here.
 *
 *     ts-node -T examples/pendulum.ts            --help lists the flags
 */

import * as rg from 'retrograd';
import type { Tensor } from 'retrograd';
import { positive, readFlags, whole } from './support/flags.ts';
import { Progress } from './support/progress.ts';

const { optim } = rg;

const flags = readFlags('fits a pendulum to a film of it', {
  seed: whole(0, 'of the noise', 0),
  frames: whole(120, 'of the film, a thirtieth of a second apart', 8),
  noise: positive(0.03, 'of the angle in each frame, in radians (standard deviation)'),
  iterations: whole(40, 'of L-BFGS'),
});

const GRAVITY = 9.81; // m/s²
const FRAME = 1 / 30; // s
/** Steps of the integrator to a frame. */
const SUBSTEPS = 2;

/** What there is to know about a pendulum's motion. */
interface Motion {
  /** In metres. */
  readonly length: Tensor;
  /** In 1/s. */
  readonly friction: Tensor;
  /** The first frame's angle, in radians. */
  readonly angle: Tensor;
  /** The first frame's angular velocity, in radians per second. */
  readonly velocity: Tensor;
}

/** The angle in every frame, [frames]. */
function swing({ length, friction, angle, velocity }: Motion, frames: number): Tensor {
  const acceleration = (theta: Tensor, omega: Tensor): Tensor =>
    theta.sin().mul(-GRAVITY).div(length).sub(friction.mul(omega));
  const h = FRAME / SUBSTEPS;
  const angles = [angle];
  let [theta, omega] = [angle, velocity];
  for (let step = 1; step < frames * SUBSTEPS - 1; step++) {
    const [v1, a1] = [omega, acceleration(theta, omega)];
    const v2 = omega.add(a1, { alpha: h / 2 });
    const a2 = acceleration(theta.add(v1, { alpha: h / 2 }), v2);
    const v3 = omega.add(a2, { alpha: h / 2 });
    const a3 = acceleration(theta.add(v2, { alpha: h / 2 }), v3);
    const v4 = omega.add(a3, { alpha: h });
    const a4 = acceleration(theta.add(v3, { alpha: h }), v4);
    theta = theta.add(v1.add(v2.add(v3).mul(2)).add(v4), { alpha: h / 6 });
    omega = omega.add(a1.add(a2.add(a3).mul(2)).add(a4), { alpha: h / 6 });
    if (step % SUBSTEPS === 0) angles.push(theta);
  }
  return rg.stack(angles);
}

const number = (value: number): Tensor => rg.tensor(value, { dtype: 'float64' });

rg.manualSeed(flags.seed);
const truth = { length: number(0.62), friction: number(0.35), angle: number(1.1), velocity: number(-0.5) };
const exact = swing(truth, flags.frames);
const film = exact.add(rg.randnLike(exact).mul(flags.noise));

async function fit(): Promise<Motion> {
  // Logarithms keep length and friction above zero. The film's beginning is a good guess at the start.
  const guesses = [number(Math.log(1)), number(Math.log(0.1)), film.select(0, 0).clone(), number(0)];
  const parameters = guesses.map((guess) => guess.requiresGrad_());
  const motion = (): Motion => ({
    length: parameters[0].exp(),
    friction: parameters[1].exp(),
    angle: parameters[2],
    velocity: parameters[3],
  });
  const optimizer = new optim.LBFGS(parameters, { maxIter: 1, lineSearchFn: 'strong_wolfe' });
  const progress = new Progress(flags.iterations);
  for (let i = 1; i <= flags.iterations && !progress.interrupted; i++) {
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const misfit = rg.mseLoss(swing(motion(), flags.frames), film);
      misfit.backward();
      return misfit;
    });
    const misfit = `misfit ${Math.sqrt(Number(loss)).toFixed(4)} rad`;
    await progress.advance(misfit);
    if (i % 10 === 0) progress.print(`iteration ${i}  ${misfit}`);
  }
  progress.end();
  return motion();
}

/** The film as points and the fitted motion as a line, time going down. */
function draw(fitted: Tensor): string {
  const [seen, line] = [film, fitted].map((x) => x.detach().toArray() as number[]);
  const width = 61;
  const column = (angle: number): number =>
    Math.max(0, Math.min(width - 1, Math.round(((angle / 1.3 + 1) / 2) * (width - 1))));
  const rows = seen.map((angle, i) => {
    const cells = new Array<string>(width).fill(' ');
    cells[column(line[i])] = '│';
    cells[column(angle)] = '•';
    return cells.join('').trimEnd();
  });
  return rows.filter((_, i) => i % 3 === 0).join('\n');
}

function report(motion: Motion): void {
  console.log(`\n${draw(swing(motion, flags.frames))}\n`);
  const units = { length: 'm', friction: '1/s', angle: 'rad', velocity: 'rad/s' };
  console.log(`${''.padEnd(10)}${'true'.padStart(9)}${'fitted'.padStart(9)}`);
  for (const name of ['length', 'friction', 'angle', 'velocity'] as const) {
    const values = [truth, motion].map((each) => each[name].item().toFixed(3).padStart(9));
    console.log(`${name.padEnd(10)}${values.join('')} ${units[name]}`);
  }
}

void fit().then(report);
