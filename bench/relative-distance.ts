import { readFile } from 'node:fs/promises';
import { readNpy } from '@msanet/tensor';

/** Relative L2 distance of the array in a .npy file from that in another. */
export async function relativeDistance(file: string, reference: string): Promise<number> {
  const [a, b] = [readNpy(await readFile(file)).data, readNpy(await readFile(reference)).data];
  let difference = 0;
  let size = 0;
  b.forEach((value, index) => {
    difference += (Number(a[index]) - Number(value)) ** 2;
    size += Number(value) ** 2;
  });
  return Math.sqrt(difference / size);
}
