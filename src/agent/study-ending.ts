/**
 * Thrown by a researcher whose next attempt would end the same way: the study ends with its reason, and can be
 * resumed. Any other error of a researcher is met with another attempt.
 */
export class StudyEnding extends Error {
  override readonly name: string = 'StudyEnding';
  constructor(
    /** `study-stopped` for trouble, `study-finished` for a limit that was reached. */
    readonly ending: 'study-stopped' | 'study-finished',
    reason: string,
  ) {
    super(reason);
  }
}
