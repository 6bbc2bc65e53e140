export {
  decodeCheckpoint,
  encodeCheckpoint,
  restoreCheckpoint,
  type CheckpointOptions,
  type CheckpointParts,
  type Stateful,
} from './checkpoint.ts';
export { defaultCollate, type Collated } from './collate.ts';
export { DataLoader, type DataLoaderOptions } from './dataLoader.ts';
export { ConcatDataset, MapDataset, randomSplit, Subset, TensorDataset, type Dataset } from './dataset.ts';
export { readCsv, type CsvOptions, type CsvTable } from './formats/csv.ts';
export { FormatError } from './formats/error.ts';
export { readIdx } from './formats/idx.ts';
export { readNpy, readNpz, writeNpy, writeNpz } from './formats/npy.ts';
export {
  readSafetensors,
  writeSafetensors,
  type NamedTensors,
  type Safetensors,
} from './formats/safetensors.ts';
export {
  BatchSampler,
  RandomSampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  type WeightedRandomSamplerOptions,
} from './sampler.ts';
