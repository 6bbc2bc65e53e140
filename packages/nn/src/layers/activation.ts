import {
  celu, elu, full, gelu, hardsigmoid, hardswish, leakyRelu, logSigmoid, mish, prelu, relu, relu6, selu, sigmoid, silu,
  softplus, softsign, tanh, tanhshrink, type DType, type Tensor,
} from '@retrograd/core'; // prettier-ignore
import { argument, checkNumber, checkSize, type Argument } from '../checks.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { pythonFloat, pythonNumber } from '../repr.ts';

/** max(x, 0), elementwise (torch.nn.ReLU). */
export class ReLU extends Module {
  forward(input: Tensor): Tensor {
    return relu(input);
  }
}

/** min(max(x, 0), 6), elementwise (torch.nn.ReLU6). */
export class ReLU6 extends Module {
  forward(input: Tensor): Tensor {
    return relu6(input);
  }
}

/** 1 / (1 + e⁻ˣ), elementwise (torch.nn.Sigmoid). */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return sigmoid(input);
  }
}

/** The hyperbolic tangent, elementwise (torch.nn.Tanh). */
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return tanh(input);
  }
}

/** x·σ(x), elementwise (torch.nn.SiLU, also known as swish). */
export class SiLU extends Module {
  forward(input: Tensor): Tensor {
    return silu(input);
  }
}

/** x·tanh(softplus(x)), elementwise (torch.nn.Mish). */
export class Mish extends Module {
  forward(input: Tensor): Tensor {
    return mish(input);
  }
}

/** x / (1 + |x|), elementwise (torch.nn.Softsign). */
export class Softsign extends Module {
  forward(input: Tensor): Tensor {
    return softsign(input);
  }
}

/** x − tanh(x), elementwise (torch.nn.Tanhshrink). */
export class Tanhshrink extends Module {
  forward(input: Tensor): Tensor {
    return tanhshrink(input);
  }
}

/** log σ(x), elementwise (torch.nn.LogSigmoid). */
export class LogSigmoid extends Module {
  forward(input: Tensor): Tensor {
    return logSigmoid(input);
  }
}

/** min(max(x + 3, 0), 6) / 6, elementwise (torch.nn.Hardsigmoid). */
export class Hardsigmoid extends Module {
  forward(input: Tensor): Tensor {
    return hardsigmoid(input);
  }
}

/** x·min(max(x + 3, 0), 6) / 6, elementwise (torch.nn.Hardswish). */
export class Hardswish extends Module {
  forward(input: Tensor): Tensor {
    return hardswish(input);
  }
}

/** The self-normalising exponential linear unit, elementwise (torch.nn.SELU; Klambauer et al., 2017). */
export class SELU extends Module {
  forward(input: Tensor): Tensor {
    return selu(input);
  }
}

/** x·Φ(x), elementwise, with Φ the normal distribution's function or an approximation by tanh (torch.nn.GELU). */
export class GELU extends Module {
  readonly approximate: 'none' | 'tanh';

  /** @throws RangeError for another approximation. */
  constructor({ approximate = 'none' }: { readonly approximate?: 'none' | 'tanh' } = {}) {
    super();
    if (approximate !== 'none' && approximate !== 'tanh') {
      throw new RangeError(
        `GELU: approximate argument must be either none or tanh, got ${String(approximate)}`,
      );
    }
    this.approximate = approximate;
  }

  forward(input: Tensor): Tensor {
    return gelu(input, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

/** x where positive, negativeSlope·x elsewhere (torch.nn.LeakyReLU). */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;

  /** @param negativeSlope - Default 0.01. */
  constructor(negativeSlope?: Argument<'negativeSlope'>) {
    super();
    this.negativeSlope = argument(negativeSlope, 'negativeSlope') ?? 0.01;
    checkNumber('LeakyReLU', 'negativeSlope', this.negativeSlope);
  }

  forward(input: Tensor): Tensor {
    return leakyRelu(input, { negativeSlope: this.negativeSlope });
  }

  override extraRepr(): string {
    return `negative_slope=${pythonFloat(this.negativeSlope)}`;
  }
}

/** x where positive, α·(eˣ − 1) elsewhere (torch.nn.ELU; Clevert et al., 2016). */
export class ELU extends Module {
  readonly alpha: number;

  /** @param alpha - Default 1. */
  constructor(alpha?: Argument<'alpha'>) {
    super();
    this.alpha = argument(alpha, 'alpha') ?? 1;
    checkNumber('ELU', 'alpha', this.alpha);
  }

  forward(input: Tensor): Tensor {
    return elu(input, { alpha: this.alpha });
  }

  override extraRepr(): string {
    return `alpha=${pythonFloat(this.alpha)}`;
  }
}

/** x where positive, α·(e^(x/α) − 1) elsewhere (torch.nn.CELU; Barron, 2017). */
export class CELU extends Module {
  readonly alpha: number;

  /**
   * @param alpha - Default 1.
   * @throws RangeError for 0.
   */
  constructor(alpha?: Argument<'alpha'>) {
    super();
    this.alpha = argument(alpha, 'alpha') ?? 1;
    checkNumber('CELU', 'alpha', this.alpha);
    if (this.alpha === 0) throw new RangeError('CELU: alpha cannot be 0');
  }

  forward(input: Tensor): Tensor {
    return celu(input, { alpha: this.alpha });
  }

  override extraRepr(): string {
    return `alpha=${pythonFloat(this.alpha)}`;
  }
}

/** log(1 + e^(β·x)) / β, and x itself where β·x is above the threshold (torch.nn.Softplus). */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(beta = 1, threshold = 20) {
    super();
    checkNumber('Softplus', 'beta', beta);
    checkNumber('Softplus', 'threshold', threshold);
    this.beta = beta;
    this.threshold = threshold;
  }

  forward(input: Tensor): Tensor {
    return softplus(input, { beta: this.beta, threshold: this.threshold });
  }

  override extraRepr(): string {
    return `beta=${pythonNumber(this.beta)}, threshold=${pythonNumber(this.threshold)}`;
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions {
  /** Where the slopes start. Default 0.25. */
  readonly init?: number;
  /** The dtype of the slopes. Default float32. */
  readonly dtype?: DType;
}

/** x where positive, a·x elsewhere, with slopes a that are learnt: one, or one per channel (torch.nn.PReLU). */
export class PReLU extends Module {
  readonly numParameters: number;
  /** [numParameters] */
  weight: Parameter;

  /** @throws RangeError for a number of parameters that is not a positive integer. */
  constructor(numParameters = 1, { init = 0.25, dtype = 'float32' }: PReLUOptions = {}) {
    super();
    checkSize('PReLU', 'numParameters', numParameters, 1);
    checkNumber('PReLU', 'init', init);
    this.numParameters = numParameters;
    this.weight = new Parameter(full([numParameters], init, { dtype }));
  }

  forward(input: Tensor): Tensor {
    return prelu(input, this.weight);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}
