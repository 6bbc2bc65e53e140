import { reference } from '../src/index.ts';
import { describeKernels } from './describe-kernels.ts';

describeKernels('the reference kernels', reference);
