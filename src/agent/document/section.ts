/** A part of the document, as full as it can be and ever shorter. */
export interface Section {
  readonly id: SectionId;
  /** As a reader is told what was shortened: `the history`. */
  readonly name: string;
  /** From the fullest to the shortest; an empty one leaves the section out. */
  readonly versions: readonly string[];
}

export type SectionId =
  | 'task'
  | 'brief'
  | 'standing'
  | 'last verdict'
  | 'last change'
  | 'program'
  | 'history'
  | 'lessons'
  | 'near misses'
  | 'refusals'
  | 'diagnostics'
  | 'curves'
  | 'samples';

/**
 * What is shortened first where the document is too long: each entry takes its section one version down.
 * What explains goes before what is known, and old before new. The task, the brief, the standing, the last
 * verdict and the incumbent's program are not in the list: they are never shortened.
 */
export const REDUCTIONS: readonly SectionId[] = [
  'samples',
  'curves',
  'refusals',
  'diagnostics',
  'near misses',
  'history',
  'curves',
  'history',
  'lessons',
  'last change',
  'history',
  'refusals',
  'diagnostics',
  'near misses',
  'lessons',
  'history',
];

/** A heading with what stands under it; empty where nothing does. */
export function titled(heading: string, ...paragraphs: readonly string[]): string {
  const body = paragraphs.filter((paragraph) => paragraph !== '');
  return body.length === 0 ? '' : [`## ${heading}`, ...body].join('\n\n');
}
