export type * from './report.ts';
export type * from './options.ts';
export { assertGradients, gradcheck, gradgradcheck, type GradcheckFunction } from './check.ts';
export { GradcheckError, GradcheckUsageError } from './errors.ts';
export { formatReport } from './format.ts';
export {
  checkGradient,
  checkHessianVectorProduct,
  checkJacobian,
  type PlainGradient,
  type PlainHessianVectorProduct,
  type PlainJacobian,
} from './plain.ts';
export type { PlainValue } from './plainValues.ts';
export { gradientCase, type GradientCase } from './gradientCase.ts';
export { matchers, type GradientMatchers } from './matchers.ts';
