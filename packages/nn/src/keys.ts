/** A field's name in PyTorch's spelling, as `keyOf` gives it: `runningMean` → `running_mean`, `weightIhL0` → `weight_ih_l0`. */
export function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
