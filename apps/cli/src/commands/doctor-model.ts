import { printResult } from '../display/result-writer.js';
import type { ExamineResult } from '../work/tasks/examine.js';
import { runTask } from '../work/run-task.js';
import { finish } from './command.js';

/** `msanet doctor --model`: what a model file is, and a manifest for it. */
export async function examineModelFile(model: string, json: boolean): Promise<void> {
  const { result, aborted } = await runTask('examine', { model });
  printResult(result, json, () => describe(result));
  finish(aborted, !result.usable);
}

function describe(result: ExamineResult): string {
  const { manifest, inferred, assumed, withoutGradient, problem, gradientNorm, usable } = result;
  const sections = [
    section('The file says:', inferred),
    section('It does not say, and the manifest assumes:', assumed),
    section('No gradient flows through:', withoutGradient),
    manifest === undefined ? [] : ['Manifest:', JSON.stringify(manifest, null, 2), ''],
    gradientNorm === undefined
      ? []
      : [`Tried on a grey clip: gradient of norm ${gradientNorm.toPrecision(3)}.`, ''],
    problem === undefined ? [] : [problem, ''],
    [usable ? 'The model can be attacked.' : 'The model can NOT be attacked.'],
  ];
  return sections.flat().join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}
