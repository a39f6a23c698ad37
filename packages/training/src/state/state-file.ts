import { access, rename, writeFile } from 'node:fs/promises';
import { MsanetError, type Tensor } from '@msanet/tensor';
import { readCheckpoint, writeSafetensors } from '@msanet/checkpoint';
import { stateArrays, type TrainingState } from './training-state.js';

/** What a state belongs to; a training goes on only from a state of the very same. */
export type TrainingIdentity = Readonly<Record<string, unknown>>;

const optimiserPrefix = 'optimiser/';

/** Writes a state so that the file holds either it or what it held before, whenever the process ends. */
export async function writeState(
  path: string,
  state: TrainingState,
  identity: TrainingIdentity,
): Promise<void> {
  const metadata = new Map([
    ['epoch', String(state.epoch)],
    ['training', JSON.stringify(identity)],
  ]);
  const optimiser = Object.entries(state.optimiser.state()).map(
    ([name, data]): [string, Float32Array] => [`${optimiserPrefix}${name}`, data],
  );
  const tensors = [...stateArrays(state), ...optimiser].map(([name, data]): [string, Tensor] => [
    name,
    { dtype: 'float32', shape: [data.length], data },
  ]);
  await replaceFile(path, writeSafetensors(new Map(tensors), metadata));
}

/** Writes a file under another name and renames it. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.partial`;
  await writeFile(temporary, content, { flush: true });
  await rename(temporary, path);
}

/**
 * Fills a fresh state with what a file holds; does nothing where there is no file.
 *
 * @returns whether there was one
 * @throws MsanetError `CHECKPOINT_INVALID` when the file is damaged, `CHECKPOINT_MISMATCH` when it is of another training
 */
export async function readState(
  path: string,
  state: TrainingState,
  identity: TrainingIdentity,
): Promise<boolean> {
  if (!(await exists(path))) return false;
  const { tensors, metadata } = await readCheckpoint(path);
  const [own, found] = [JSON.stringify(identity), metadata.get('training')];
  if (found !== own)
    throw mismatch(path, 'the network, data, recipe and seed of this training', 'others');
  const at = (key: string, length: number): Float32Array => {
    const tensor = tensors.get(key) as Tensor<'float32'> | undefined;
    if (tensor?.dtype === 'float32' && tensor.data.length === length) return tensor.data;
    throw mismatch(path, `${length} numbers for ${key}`, String(tensor?.data.length ?? 'none'));
  };
  for (const [name, data] of stateArrays(state)) data.set(at(name, data.length));
  state.optimiser.restore(
    Object.fromEntries(
      [...tensors]
        .filter(([key]) => key.startsWith(optimiserPrefix))
        .map(([key, { data }]) => [key.slice(optimiserPrefix.length), data as Float32Array]),
    ),
  );
  state.epoch = Number(metadata.get('epoch'));
  return true;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function mismatch(where: string, expected: string, got: string): MsanetError {
  return new MsanetError({
    code: 'CHECKPOINT_MISMATCH',
    where,
    expected,
    got,
    remedy: 'resume with the options of the first run, or train into another folder',
  });
}
