/* Files on disk, for Node. The formats themselves, on bytes, are in the package's main entry and run anywhere. */
import { readFileSync } from 'node:fs';
import type { Generator, Tensor } from '@retrograd/core';
import {
  encodeCheckpoint,
  restoreCheckpoint,
  type CheckpointOptions,
  type CheckpointParts,
  type Stateful,
} from '../checkpoint.ts';
import { readCsv, type CsvOptions, type CsvTable } from '../formats/csv.ts';
import { readIdx } from '../formats/idx.ts';
import { readNpy, readNpz, writeNpy, writeNpz } from '../formats/npy.ts';
import {
  readSafetensors,
  writeSafetensors,
  type NamedTensors,
  type Safetensors,
} from '../formats/safetensors.ts';
import { writeAtomically } from './atomic.ts';

/**
 * Saves a training run: models, optimizers, schedulers and values by name, and the default generator's state.
 *
 *     save('run.safetensors', { model, optimizer, scheduler, epoch });
 *
 * It is a safetensors file with the weights as `model.…`, written atomically: a crash leaves the old one.
 *
 * @throws TypeError for a part that cannot be saved; what the file system throws. The file is as it was then.
 */
export function save(path: string, parts: CheckpointParts, options: CheckpointOptions = {}): void {
  writeAtomically(path, encodeCheckpoint(parts, options));
}

/**
 * Restores what {@link save} saved: the parts in `into`, and the default generator. All of them, or on an error none.
 *
 *     const { epoch } = load<{ epoch: number }>('run.safetensors', { model, optimizer, scheduler });
 *
 * @returns The values that are not in `into`.
 * @throws FormatError for a file that is no checkpoint; RangeError for a part it does not hold.
 */
export function load<Values extends object = Record<string, unknown>>(
  path: string,
  into: Readonly<Record<string, Stateful | Generator>> = {},
  options: CheckpointOptions = {},
): Values {
  return restoreCheckpoint<Values>(readFileSync(path), into, options);
}

/** Reads a safetensors file; see `readSafetensors`. */
export function loadSafetensors(path: string): Safetensors {
  return readSafetensors(readFileSync(path));
}

/** Writes a safetensors file, atomically; see `writeSafetensors`. */
export function saveSafetensors(
  path: string,
  tensors: NamedTensors,
  options: { readonly metadata?: Readonly<Record<string, string>> } = {},
): void {
  writeAtomically(path, writeSafetensors(tensors, options));
}

/** Reads an array that numpy.save wrote; see `readNpy`. */
export function loadNpy(path: string): Tensor {
  return readNpy(readFileSync(path));
}

/** Writes an array for numpy.load, atomically; see `writeNpy`. */
export function saveNpy(path: string, x: Tensor): void {
  writeAtomically(path, writeNpy(x));
}

/** Reads arrays that numpy.savez wrote; see `readNpz`. */
export function loadNpz(path: string): Record<string, Tensor> {
  return readNpz(readFileSync(path));
}

/** Writes arrays for numpy.load, atomically; see `writeNpz`. */
export function saveNpz(
  path: string,
  tensors: NamedTensors,
  options: { readonly compressed?: boolean } = {},
): void {
  writeAtomically(path, writeNpz(tensors, options));
}

/** Reads an IDX file, gzipped or not; see `readIdx`. */
export function loadIdx(path: string): Tensor {
  return readIdx(readFileSync(path));
}

/** Reads a table of numbers; see `readCsv`. */
export function loadCsv(path: string, options: CsvOptions = {}): CsvTable {
  return readCsv(readFileSync(path), options);
}
