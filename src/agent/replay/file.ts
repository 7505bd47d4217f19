import { HistoryError } from '../history/errors';
import { parseStudy } from '../history/exchange';
import type { Study, StudyEvent } from '../study';
import { recordingOf } from './thin';

/** Most bytes of a recording, unpacked. */
const MOST_BYTES = 200_000_000;
/** Points of a curve, from what a trial records at most down to what still looks like a curve. */
const POINTS = [200, 150, 100, 80, 60, 50, 40, 30, 20] as const;

/**
 * Reads a study from the bytes of a file: as `exportStudy` wrote it, or packed with gzip, as recordings are.
 * Rejects with HistoryError that says what is malformed, and where.
 */
export async function readRecording(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ study: Study; events: readonly StudyEvent[] }> {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const content = packed ? await unpacked(bytes) : bytes;
  return parseStudy(new TextDecoder().decode(content));
}

/** A log as a packed recording of at most so many bytes, with as many points to its curves as fit. */
export async function writeRecording(
  events: readonly StudyEvent[],
  mostBytes: number,
): Promise<Uint8Array> {
  let size = 0;
  for (const points of POINTS) {
    const text = JSON.stringify(recordingOf(events, points));
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
    const packed = await collected(stream, Number.POSITIVE_INFINITY);
    if (packed.length <= mostBytes) return packed;
    size = packed.length;
  }
  throw new HistoryError(
    `the recording takes ${size} bytes even with its thinnest curves, and ${mostBytes} are allowed`,
  );
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    return await collected(stream, MOST_BYTES);
  } catch (error) {
    if (error instanceof HistoryError) throw error;
    throw new HistoryError('this is not a study: it is packed, and cannot be unpacked to its end', {
      cause: error,
    });
  }
}

async function collected(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new HistoryError(`this is not a study: it unpacks to more than ${most} bytes`);
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
