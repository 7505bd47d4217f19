/** What loading a task says while it goes on. */
export interface TaskProgress {
  readonly stage: 'generating' | 'fetching' | 'tokenizing';
  /** From 0 to 1, or null where the end is not known. */
  readonly fraction: number | null;
  /** Bytes so far, and of how many: while fetching. */
  readonly received?: number;
  readonly total?: number;
}

export type OnTaskProgress = (progress: TaskProgress) => void;
