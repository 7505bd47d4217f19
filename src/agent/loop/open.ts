import { applyEvent, foldStudy } from '../history/fold';
import type { Study, StudyEvent } from '../study';
import { LoopError, type LoopOptions } from './options';
import { newStudyId } from './seeds';

/** A study and the number of events in its log. */
export interface OpenedStudy {
  readonly study: Study;
  readonly length: number;
}

/** Creates the study, or notes in its log that it goes on. Throws LoopError when it cannot go on here. */
export async function openStudy(options: LoopOptions): Promise<OpenedStudy> {
  const { study: asked, history, device } = options;
  const at = options.now?.() ?? Date.now();
  let sofar: OpenedStudy | null = null;
  let event: StudyEvent;
  if (typeof asked === 'string') {
    sofar = await resumable(options, asked);
    event = { type: 'study-resumed', at };
  } else {
    const { id = newStudyId(), ...chosen } = asked;
    event = { type: 'study-created', at, study: id, device, ...chosen };
  }
  const study = applyEvent(sofar?.study ?? null, event);
  const length = sofar?.length ?? 0;
  await history.append(study.id, event, length);
  options.onEvent?.(event, study);
  return { study, length: length + 1 };
}

async function resumable({ history, device }: LoopOptions, id: string): Promise<OpenedStudy> {
  const events = await history.events(id);
  if (events.length === 0) throw new LoopError(`there is no study ${id} in the history`);
  const study = foldStudy(events);
  if (study.device !== device) {
    throw new LoopError(
      `study ${id} was run on ${study.device}, and this device is ${device}: scores of different devices are not compared; start a new study here`,
    );
  }
  return { study, length: events.length };
}
