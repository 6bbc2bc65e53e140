import type { Check } from './check.ts';
import { alongConformance } from './along.ts';
import { binaryConformance } from './binary.ts';
import { convConformance } from './conv.ts';
import { convLayersConformance } from './convLayers.ts';
import { copyConformance } from './copy.ts';
import { gemmConformance } from './gemm.ts';
import { indexingConformance } from './indexing.ts';
import { linalgConformance } from './linalg.ts';
import { lossesConformance } from './losses.ts';
import { optimizerConformance } from './optimizer.ts';
import { orderConformance } from './order.ts';
import { poolConformance } from './pool.ts';
import { reduceConformance } from './reduce.ts';
import { specialConformance } from './special.ts';
import { standardizeConformance } from './standardize.ts';
import { unaryConformance } from './unary.ts';

/** Every check of the conformance suite. */
export const conformance: readonly Check[] = [
  ...unaryConformance,
  ...binaryConformance,
  ...reduceConformance,
  ...alongConformance,
  ...orderConformance,
  ...specialConformance,
  ...gemmConformance,
  ...linalgConformance,
  ...convConformance,
  ...convLayersConformance,
  ...lossesConformance,
  ...poolConformance,
  ...indexingConformance,
  ...copyConformance,
  ...optimizerConformance,
  ...standardizeConformance,
];
