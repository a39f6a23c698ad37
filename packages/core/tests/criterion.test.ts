import { describe, expect, it } from 'vitest';
import {
  adversarialMargin,
  argmax,
  isAdversarial,
  misclassification,
  targeted,
} from '@msanet/core';
import { Random } from '@msanet/tensor';

describe('criteria', () => {
  it.each([
    { logits: [3, 1, 2], criterion: misclassification(0), adversarial: false, margin: -1 },
    { logits: [3, 1, 2], criterion: misclassification(2), adversarial: true, margin: 1 },
    { logits: [3, 1, 2], criterion: targeted(2, 0), adversarial: true, margin: 1 },
    { logits: [3, 1, 2], criterion: targeted(0, 1), adversarial: false, margin: -2 },
    { logits: [3, 1, 2], criterion: targeted(1, 2), adversarial: false, margin: -1 },
  ])('$criterion at $logits', ({ logits, criterion, adversarial, margin }) => {
    expect(isAdversarial(logits, criterion)).toBe(adversarial);
    expect(adversarialMargin(logits, criterion)).toBe(margin);
  });

  it('give a tie to the first class', () => {
    expect(isAdversarial([2, 2, 1], misclassification(0))).toBe(false);
    expect(isAdversarial([2, 2, 1], misclassification(1))).toBe(true);
    expect(isAdversarial([2, 2, 1], targeted(2, 0))).toBe(true);
    expect(isAdversarial([2, 2, 1], targeted(2, 1))).toBe(false);
    expect(adversarialMargin([2, 2, 1], misclassification(1))).toBe(0);
  });

  it('agree with the sign of the margin and with the first choice', () => {
    const random = new Random(1);
    for (let round = 0; round < 500; round++) {
      const logits = random.fillNormal(new Float32Array(2 + random.integer(5)));
      const label = random.integer(logits.length);
      const target = random.integer(logits.length);
      const choice = argmax(logits);
      expect(isAdversarial(logits, misclassification(label))).toBe(choice !== label);
      expect(isAdversarial(logits, targeted(label, target))).toBe(choice === target);
      expect(adversarialMargin(logits, misclassification(label)) > 0).toBe(choice !== label);
      expect(adversarialMargin(logits, targeted(label, target)) > 0).toBe(choice === target);
    }
  });
});
