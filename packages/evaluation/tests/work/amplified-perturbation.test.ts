import type { Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { amplifiedPerturbation } from '../../src/work/amplified-perturbation.js';

function clip(...levels: number[]): Tensor<'uint8'> {
  return { dtype: 'uint8', shape: [1, 3, 1, levels.length / 3], data: Uint8Array.from(levels) };
}

describe('amplifiedPerturbation', () => {
  it('shows the largest change as far from mid-grey as eight bits allow, and the others in proportion', () => {
    const { clip: shown, amplification } = amplifiedPerturbation(
      clip(10, 20, 30, 40, 50, 60),
      clip(10, 24, 28, 40, 49, 60),
    );
    expect(amplification).toBe(31);
    expect([...shown.data]).toEqual([128, 128 + 4 * 31, 128 - 2 * 31, 128, 128 - 31, 128]);
  });

  it('is mid-grey where nothing changed', () => {
    const same = clip(0, 128, 255);
    expect([...amplifiedPerturbation(same, same).clip.data]).toEqual([128, 128, 128]);
  });

  it('does not amplify what is larger than half of the range, and cuts it off', () => {
    const { clip: shown, amplification } = amplifiedPerturbation(clip(0, 255, 9), clip(255, 0, 9));
    expect(amplification).toBe(1);
    expect([...shown.data]).toEqual([255, 0, 128]);
  });
});
