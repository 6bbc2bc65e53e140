import { reference } from '../src/index.ts';
import { describeKernels } from './describeKernels.ts';

describeKernels('the reference kernels', reference);
