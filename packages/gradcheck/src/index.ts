export type * from './report.ts';
export type * from './options.ts';
