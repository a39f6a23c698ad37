import { describe, expect, it } from 'vitest';
import { MsanetError, errorCatalogue, isMsanetError, type ErrorReport } from '@msanet/tensor';

const report: ErrorReport = {
  code: 'CLIP_INVALID',
  where: 'clip batch',
  expected: '8 frames',
  got: '16',
  remedy: 'resample the clip',
};

describe('MsanetError', () => {
  it('is one sentence: where, expected, got, remedy', () => {
    const error = new MsanetError(report);
    expect(error.message).toBe('clip batch: expected 8 frames, got 16; resample the clip');
    expect(error.name).toBe('MsanetError');
    expect(error.code).toBe('CLIP_INVALID');
    expect(error.report).toBe(report);
    expect('cause' in error).toBe(false);
  });

  it('keeps the error that it explains', () => {
    const cause = new RangeError('out of range');
    expect(new MsanetError({ ...report, cause }).cause).toBe(cause);
  });

  it('has the exit code of its catalogue entry, and 1 for the code of a plugin', () => {
    expect(new MsanetError(report).exitCode).toBe(1);
    expect(new MsanetError({ ...report, code: 'USAGE' }).exitCode).toBe(2);
    expect(new MsanetError({ ...report, code: 'slowfast/WEIGHTS_LOCKED' }).exitCode).toBe(1);
  });
});

describe('isMsanetError', () => {
  it('knows errors of this and of another copy of the package', () => {
    class OtherCopy extends Error {}
    Object.defineProperty(OtherCopy.prototype, Symbol.for('msanet.error'), { value: true });
    expect(isMsanetError(new MsanetError(report))).toBe(true);
    expect(isMsanetError(new OtherCopy())).toBe(true);
    expect(isMsanetError(new Error('expected'))).toBe(false);
    expect(isMsanetError({ ...report, message: 'not thrown' })).toBe(false);
    expect(isMsanetError(undefined)).toBe(false);
  });
});

describe('errorCatalogue', () => {
  it.each(Object.entries(errorCatalogue))('%s has a sentence and an exit code', (code, entry) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(entry.meaning).toMatch(/^[A-Z].*\.$/);
    expect([1, 2]).toContain(entry.exitCode);
  });
});
