/* Named cases for the command line: what `*.gradcheck.ts` files export. */
import { gradcheck } from './check.ts';
import { checkGradient, type PlainGradient } from './plain.ts';
import type { GradcheckOptions, ModuleLike, Nested } from './options.ts';
import type { GradcheckReport } from './report.ts';
