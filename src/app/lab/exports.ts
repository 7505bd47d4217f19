import { exportStudy } from '../../agent/history/exchange';
import { resultsTsv } from '../../agent/results';
import type { History, Study } from '../../agent/study';
import type { TaskFacts } from './facts';
import type { ExportedFile, ExportFormat } from './lab';

/** A study as a file: the table for a spreadsheet, a report to read, or its whole log. */
export async function exportedFile(
  study: Study | null,
  history: History,
  format: ExportFormat,
  facts: TaskFacts | null,
): Promise<ExportedFile> {
  if (!study) throw new Error('no study is open');
  return { name: `${study.id}.${format}`, ...(await contentOf(study, history, format, facts)) };
}

async function contentOf(
  study: Study,
  history: History,
  format: ExportFormat,
  facts: TaskFacts | null,
): Promise<Omit<ExportedFile, 'name'>> {
  // While another study's task is being made ready, the facts are none of this one.
  const known = { entropyBpb: facts?.id === study.taskId ? facts.entropyBpb : null };
  switch (format) {
    case 'tsv':
      return { type: 'text/tab-separated-values', text: resultsTsv(study) };
    case 'html': {
      const { reportHtml } = await import('../../agent/report/html');
      return { type: 'text/html', text: reportHtml(study, known) };
    }
    case 'md': {
      const { reportMarkdown } = await import('../../agent/report/markdown');
      return { type: 'text/markdown', text: reportMarkdown(study, known) };
    }
    case 'json':
      return { type: 'application/json', text: await exportStudy(history, study.id) };
  }
}
