import { type Fault, faults } from './faults.ts';

/** Whatever can go wrong with a reply and passes: a client that goes on must end where it would have without. */
export const PASSING_FAULTS: Readonly<Record<string, Fault>> = {
  '429 with retry-after': faults.rateLimited(7),
  '529': faults.overloaded(),
  '500': faults.serverError(),
  '502 of a proxy': faults.badGateway(),
  'a slow first byte': { kind: 'slowFirstByte', ms: 60 },
  'a drop before the first byte': { kind: 'drop', afterEvents: 0 },
  'a drop in the stream': { kind: 'drop', afterEvents: 4 },
  'an early end': { kind: 'endEarly', afterEvents: 4 },
  'an error in the stream': { kind: 'errorEvent', afterEvents: 3, type: 'overloaded_error' },
  'a stream that goes silent': { kind: 'stall', afterEvents: 3, ms: 60_000 },
  'JSON that is none': { kind: 'malformedJson', how: 'invalid' },
  'JSON that stops': { kind: 'malformedJson', how: 'truncated' },
  'a tool that is not there': { kind: 'wrongTool', name: 'delete_everything' },
  'an input of another shape': { kind: 'wrongInput', input: { file: 3, x: [] } },
  'a call cut by max_tokens': { kind: 'cutCall' },
  'a refusal': { kind: 'refusal', category: 'frontier_llm' },
  'an empty reply': { kind: 'empty' },
};

/** Whatever ends a client's way for good, until a person does something. */
export const LASTING_FAULTS: Readonly<Record<string, Fault>> = {
  '401': faults.unauthorized(),
  '403': faults.revoked(),
  'no credit': faults.noCredit(),
};
