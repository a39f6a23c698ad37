import { describe, expect, it } from 'vitest';
import {
  checkClass,
  checkLoss,
  lossBatch,
  lossFor,
  misclassification,
  targeted,
  type Loss,
} from '@msanet/core';
import { refusal } from './refusal.js';

describe('lossFor', () => {
  const untargeted = [misclassification(3), misclassification(1)];
  const aimed = [targeted(3, 0), targeted(1, 2)];

  it('takes the plain form for misclassification', () => {
    expect(lossFor({ kind: 'cross-entropy' }, untargeted)).toEqual({
      kind: 'cross-entropy',
      labels: [3, 1],
    });
    expect(lossFor({ kind: 'margin', confidence: 5 }, untargeted)).toEqual({
      kind: 'margin',
      labels: [3, 1],
      confidence: 5,
    });
    expect(lossFor({ kind: 'dlr' }, untargeted)).toEqual({ kind: 'dlr', labels: [3, 1] });
  });

  it('takes the targeted form for targets', () => {
    expect(lossFor({ kind: 'cross-entropy' }, aimed)).toEqual({
      kind: 'targeted-cross-entropy',
      targets: [0, 2],
    });
    expect(lossFor({ kind: 'margin', confidence: 5 }, aimed)).toEqual({
      kind: 'targeted-margin',
      targets: [0, 2],
      confidence: 5,
    });
    expect(lossFor({ kind: 'dlr' }, aimed)).toEqual({
      kind: 'targeted-dlr',
      labels: [3, 1],
      targets: [0, 2],
    });
  });

  it('does not mix the two', async () => {
    const error = await refusal(() =>
      lossFor({ kind: 'margin' }, [misclassification(1), targeted(1, 2)]),
    );
    expect(error.code).toBe('OPTION_INVALID');
    expect(error.message).toContain('1 targeted of 2');
  });
});

describe('checkLoss', () => {
  it.each<[Loss, number]>([
    [{ kind: 'cross-entropy', labels: [0, 1] }, 2],
    [{ kind: 'margin', labels: [0, 1] }, 2],
    [{ kind: 'dlr', labels: [0, 2] }, 3],
    [{ kind: 'targeted-cross-entropy', targets: [0, 1] }, 2],
    [{ kind: 'targeted-margin', targets: [0, 1] }, 2],
    [{ kind: 'targeted-dlr', labels: [0, 3], targets: [1, 2] }, 4],
    [{ kind: 'logit-difference', labels: [0, 1], targets: [1, 0] }, 2],
  ])('accepts %j for %d classes', (loss, classes) => {
    expect(() => checkLoss(loss, 2, classes, 'victim tsm')).not.toThrow();
    expect(lossBatch(loss)).toBe(2);
  });

  it.each<[Loss, number, string]>([
    [{ kind: 'margin', labels: [0, 0] }, 1, 'OPTION_INVALID'],
    [{ kind: 'dlr', labels: [0, 1] }, 2, 'OPTION_INVALID'],
    [{ kind: 'targeted-dlr', labels: [0, 1], targets: [1, 2] }, 3, 'OPTION_INVALID'],
    [{ kind: 'cross-entropy', labels: [0] }, 5, 'OPTION_INVALID'],
    [{ kind: 'targeted-dlr', labels: [0, 1], targets: [1] }, 5, 'OPTION_INVALID'],
    [{ kind: 'cross-entropy', labels: [0, 5] }, 5, 'LABEL_UNKNOWN'],
    [{ kind: 'targeted-margin', targets: [-1, 0] }, 5, 'LABEL_UNKNOWN'],
    [{ kind: 'targeted-dlr', labels: [0, 1], targets: [1, 0.5] }, 5, 'LABEL_UNKNOWN'],
  ])('refuses %j for two clips and %d classes', async (loss, classes, code) => {
    const error = await refusal(() => checkLoss(loss, 2, classes, 'victim tsm'));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^victim tsm, loss /);
  });
});

describe('checkClass', () => {
  it('names the classes there are', async () => {
    expect(() => checkClass(100, 101, 'attack pgd')).not.toThrow();
    expect((await refusal(() => checkClass(101, 101, 'attack pgd'))).message).toBe(
      'attack pgd: expected a class from 0 to 100, got 101; name a class of the victim',
    );
  });
});
