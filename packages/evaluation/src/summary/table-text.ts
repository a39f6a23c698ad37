import type { ComparisonSummary, CountedWarning } from './comparison-summary.js';
import { comparisonTables, type Table } from './tables.js';

/** The tables, warnings and failures of a comparison as text for people. */
export function comparisonText(summary: ComparisonSummary): string {
  const blocks = comparisonTables(summary).map((table) => `${table.title}\n\n${layOut(table)}`);
  if (!summary.finished) blocks.unshift('This comparison is not finished.');
  if (summary.warnings.length > 0) {
    const lines = summary.warnings.map((warning) => `  ${heading(warning)}: ${warning.message}`);
    blocks.push(`Warnings\n\n${lines.join('\n')}`);
  }
  if (summary.failures.length > 0) {
    const lines = summary.failures.map(({ message, count }) => `  ${count} × ${message}`);
    blocks.push(`Failures\n\n${lines.join('\n')}`);
  }
  return `${blocks.join('\n\n')}\n`;
}

/** What a warning is called, what it is about, and how often it was given. */
function heading({ check, victim, attack, clip, count }: CountedWarning): string {
  if (clip !== undefined) return `${check}, ${clip}${count > 1 ? ` and ${count - 1} more` : ''}`;
  const about = [attack, victim].filter((name) => name !== undefined).join(' on ');
  const often = count > 1 ? ` (${count} times)` : '';
  return `${check}${about === '' ? '' : `, ${about}`}${often}`;
}

/** Aligned columns: words to the left, figures to the right. */
function layOut({ header, rows }: Table): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const figures = header.map((_, column) => rows.every((row) => /^[\d–∞]/.test(row[column])));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        figures[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}
