import { join } from 'node:path';
import { runFiles } from '../run-folder/run-folder.js';
import { writeWholeFile } from '../run-folder/whole-file.js';
import type { ComparisonSummary } from './comparison-summary.js';
import { summarizeRun } from './summarize-run.js';
import { comparisonCsv } from './table-csv.js';
import { comparisonText } from './table-text.js';

/**
 * Sums up a run and writes `summary.json`, `table.txt` and `table.csv` into its folder.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, `RUN_INVALID`, `OUTPUT_UNWRITABLE`
 */
export function writeSummary(path: string): ComparisonSummary {
  const summary = summarizeRun(path);
  const put = (name: string, text: string): void =>
    writeWholeFile(join(path, name), (write) => write(text));
  put(runFiles.summary, `${JSON.stringify(summary, null, 2)}\n`);
  put(runFiles.table, comparisonText(summary));
  put(runFiles.csv, comparisonCsv(summary));
  return summary;
}
