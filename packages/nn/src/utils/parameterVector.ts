/* All parameters as one vector, as methods of optimisation outside of this library want them. */
import { cat, noGrad, ShapeError, type Tensor } from '@retrograd/core';

/**
 * The elements of all parameters, one after the other (torch.nn.utils.parameters_to_vector). Differentiable.
 *
 * @throws TypeError if there are none.
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat([...parameters].map((p) => p.reshape([-1])));
}

/**
 * Copies the elements of a vector into parameters, in the order of {@link parametersToVector}
 * (torch.nn.utils.vector_to_parameters, which has parameters share the vector's elements instead).
 *
 * @throws ShapeError unless the vector has as many elements as all parameters; nothing is changed then.
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const total = list.reduce((n, p) => n + p.numel(), 0);
  if (vector.ndim !== 1 || vector.numel() !== total) {
    throw new ShapeError(
      `vectorToParameters: expected a vector of ${total} elements, got [${vector.shape.join(', ')}]`,
    );
  }
  noGrad(() => {
    let start = 0;
    for (const p of list) {
      p.copy_(vector.narrow(0, start, p.numel()).reshape(p.shape));
      start += p.numel();
    }
  });
}
