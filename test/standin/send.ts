import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import { type Answer, toContent } from './answer.ts';
import { ApiFailure, errorBody } from './errors.ts';
import { type StreamEvent, streamEvents } from './events.ts';
import type { Exchange } from './exchange.ts';
import type { Fault } from './faults.ts';
import type { Pace } from './reply.ts';

export interface Sending {
  shell: Anthropic.Message;
  answer: Answer;
  pace: Pace;
  faults: Fault[];
  headers: Record<string, string>;
  /** The model has begun to answer: from here on its prompt is in the cache. */
  begun: () => void;
}

/** Sends an answer as a stream; true if the client got all of it. */
export async function sendStream(exchange: Exchange, sending: Sending): Promise<boolean> {
  const { shell, answer, pace, faults, headers, begun } = sending;
  await waitForFirstByte(sending);
  let sent = 0;
  for (const event of streamEvents(shell, answer)) {
    if (await interrupted(exchange, faults, sent)) return false;
    if (sent === 0) {
      begun();
      exchange.begin(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        ...headers,
      });
    }
    if (exchange.response.destroyed) return false;
    writeEvent(exchange, event);
    sent++;
    await pause(pace.perEventMs);
  }
  return finish(exchange);
}

/** Sends it whole. A stream's faults become what they would be for such an answer. */
export async function sendWhole(exchange: Exchange, sending: Sending): Promise<boolean> {
  const { shell, answer, pace, faults, headers, begun } = sending;
  await waitForFirstByte(sending);
  const events = [...streamEvents(shell, answer)].length;
  await pause((pace.perEventMs ?? 0) * events);
  const broken = faults.find(({ kind }) => kind === 'drop' || kind === 'endEarly');
  const failed = faults.find((fault) => fault.kind === 'errorEvent');
  if (failed) throw new ApiFailure(529, failed.message ?? 'Overloaded');
  if (exchange.response.destroyed) return false;
  if (broken) {
    exchange.response.destroy();
    return false;
  }
  begun();
  const message = { ...shell, content: answer.blocks.map(toContent) };
  exchange.begin(200, { 'content-type': 'application/json', ...headers });
  exchange.response.write(JSON.stringify(message));
  return finish(exchange);
}

async function waitForFirstByte({ pace, faults }: Sending): Promise<void> {
  const slow = faults.find((fault) => fault.kind === 'slowFirstByte');
  await pause((pace.firstByteMs ?? 0) + (slow?.ms ?? 0));
}

/** Lets the faults strike whose place in the stream is here; true if the stream is over with it. */
async function interrupted(exchange: Exchange, faults: Fault[], sent: number): Promise<boolean> {
  const here = faults.filter((fault) => 'afterEvents' in fault && fault.afterEvents === sent);
  for (const fault of here) {
    if (fault.kind === 'stall') await pause(fault.ms);
    if (fault.kind === 'drop') exchange.response.destroy();
    if (fault.kind === 'endEarly') exchange.response.end();
    if (fault.kind === 'errorEvent') {
      const { type = 'overloaded_error', message = 'Overloaded' } = fault;
      if (sent === 0) exchange.begin(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      exchange.response.write(
        `event: error\ndata: ${JSON.stringify(errorBody(type, message, exchange.requestId))}\n\n`,
      );
      exchange.response.end();
    }
    if (fault.kind !== 'stall') return true;
  }
  return false;
}

/** No wait at all for none: even an empty timer costs a millisecond, and a reply has hundreds of events. */
async function pause(ms = 0): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { ref: false });
}

function writeEvent(exchange: Exchange, event: StreamEvent): void {
  exchange.response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

/** Whether the last byte left before the client hung up. */
function finish(exchange: Exchange): Promise<boolean> {
  const { response } = exchange;
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    response.once('close', () => resolve(response.writableFinished));
    response.end();
  });
}
