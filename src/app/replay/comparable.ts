import type { Study } from '../../agent/study';

/** Whether new scores may be compared with those of a study: it is of this browser, device and text. */
export function comparable(
  own: boolean,
  study: Pick<Study, 'device' | 'taskId'>,
  device: string,
  taskId: string,
): boolean {
  return own && study.device === device && study.taskId === taskId;
}
