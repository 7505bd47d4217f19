import { carriedOver } from '../followups/merge';
import { experimentNamed, incumbentOf } from '../history/fold';
import { refusalOf, sameGraphRefusal, sameText } from '../loop/proposals';
import type { Proposal, Study, TrialRunner } from '../study';
import type { Entry } from './queue';

/** Where programs can be looked at, and until when. */
export interface Looking {
  readonly study: Study;
  readonly inspect: TrialRunner['inspect'] | undefined;
  readonly signal: AbortSignal;
}

/** Why a proposal may not wait for a trial, or the hash of its graphs where they could be traced. */
export type Admission = { readonly refusal: string } | { readonly graphHash: string | null };

/** Looks for what was tried, is under trial or waits already, by text and by graph. */
export async function admissionOf(
  proposal: Proposal,
  waiting: readonly Entry[],
  looking: Looking,
): Promise<Admission> {
  const { study } = looking;
  const byText =
    refusalOf(study, proposal) ??
    waitingRefusal(waiting.find(({ shown }) => sameText(shown.proposal.program, proposal.program)));
  if (byText !== null) return { refusal: byText };
  const graphHash = await graphHashOf(proposal, looking);
  if (graphHash === null) return { graphHash };
  const byGraph =
    sameGraphRefusal(study, proposal.program, graphHash) ??
    waitingRefusal(waiting.find((each) => each.graphHash === graphHash));
  return byGraph === null ? { graphHash } : { refusal: byGraph };
}

/**
 * A proposal as it is run now. Where the incumbent changed while it waited, its edit is carried over to the
 * new one, if the two do not clash and the result can be traced and is new; else it goes as it is, and is
 * compared with the new incumbent.
 */
export async function upToDate(
  { shown: { proposal }, base, graphHash }: Entry,
  looking: Looking,
): Promise<{ readonly proposal: Proposal } | { readonly refusal: string }> {
  const { study } = looking;
  const incumbent = incumbentOf(study);
  const baseline = study.experiments[0]?.id ?? null;
  const parent = proposal.parent ?? baseline;
  if (incumbent && incumbent.id !== (base ?? baseline) && parent === (base ?? baseline)) {
    const from = parent === null ? study.baseline : experimentNamed(study, parent).program;
    const program = carriedOver(from, proposal.program, incumbent.program);
    const carried = program && { ...proposal, program, parent: incumbent.id };
    if (carried && (await isNew(carried, looking))) return { proposal: carried };
  }
  const refusal =
    refusalOf(study, proposal) ??
    (graphHash === null ? null : sameGraphRefusal(study, proposal.program, graphHash));
  return refusal === null ? { proposal: { ...proposal, parent } } : { refusal };
}

async function isNew(proposal: Proposal, looking: Looking): Promise<boolean> {
  if (!looking.inspect) return refusalOf(looking.study, proposal) === null;
  const admission = await admissionOf(proposal, [], looking);
  return 'graphHash' in admission && admission.graphHash !== null;
}

async function graphHashOf(
  { program }: Proposal,
  { inspect, signal }: Looking,
): Promise<string | null> {
  try {
    const seen = await inspect?.(program, signal);
    return seen?.status === 'ok' ? seen.graphHash : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

function waitingRefusal(entry: Entry | undefined): string | null {
  if (!entry) return null;
  const { member, proposal } = entry.shown;
  return `${member} has proposed the same (${proposal.title}), and it waits for its trial; take another idea`;
}
