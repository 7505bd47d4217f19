import { exportStudy } from '../../agent/history/exchange';
import { resultsTsv } from '../../agent/results';
import type { History, Study } from '../../agent/study';
import type { ExportedFile, ExportFormat } from './lab';

/** A study as a file: the table for a spreadsheet, or its whole log. */
export async function exportedFile(
  study: Study | null,
  history: History,
  format: ExportFormat,
): Promise<ExportedFile> {
  if (!study) throw new Error('no study is open');
  if (format === 'tsv') {
    return {
      name: `${study.id}.tsv`,
      type: 'text/tab-separated-values',
      text: resultsTsv(study),
    };
  }
  return {
    name: `${study.id}.json`,
    type: 'application/json',
    text: await exportStudy(history, study.id),
  };
}
