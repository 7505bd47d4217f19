import type { Device, Session } from '../../kernels/devices/device';
import { GraphBuilder } from '../../kernels/graph/builder';
import type { Graph } from '../../kernels/graph/types';
import { median } from './steadiness';

/** How fast the machine itself is now, whatever program it trains. */

/** Seconds that one measurement of the pace may take. */
const SECONDS = 0.025;
const MOST_RUNS = 400;
const ROWS = 128;
const WIDTH = 64;

/** Pieces of a measurement; their median forgets the few that something got in the way of. */
const PIECES = 8;

interface Reference {
  readonly session: Session;
  /** Runs of the workload in each piece, fixed for as long as the device is open. */
  readonly runs: number;
  readonly pieces: number;
}

const opened = new WeakMap<Device, Promise<Reference>>();

/**
 * Milliseconds that one run of a small fixed workload takes on this device just now: two matrix products, a
 * relu, a norm and a softmax, on [128, 64]. A measurement takes about 25 ms, or one run where that takes
 * longer. The workload is opened once for a device, and closed with the device alone. `most` asks for so
 * many pieces of the measurement at most.
 */
export async function referenceMilliseconds(
  device: Device,
  { now = () => performance.now(), most = PIECES }: { now?: () => number; most?: number } = {},
): Promise<number> {
  let opening = opened.get(device);
  if (!opening) {
    opening = openReference(device, now);
    opened.set(device, opening);
  }
  try {
    const { session, runs, pieces } = await opening;
    const each: number[] = [];
    for (let i = 0; i < Math.min(pieces, most); i++)
      each.push((await timed(session, runs, now)) / runs);
    return median(each);
  } catch (error) {
    // A device that was lost may come back: the next trial opens the workload again.
    opened.delete(device);
    throw error;
  }
}

/** Seconds of training between two looks at the machine's pace. */
const LOOK_EVERY = 0.5;

/**
 * The machine's pace over one trial: a measurement before and one after training, and a short look at it
 * every half second between, while training waits and its clock stands still. The median of them all
 * forgets what happened only just before or after.
 */
export class PaceWatch {
  readonly #looks: number[] = [];
  #lookedAt = 0;

  constructor(
    private readonly device: Device,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Before or after training. */
  async measure(): Promise<void> {
    this.#looks.push(await referenceMilliseconds(this.device, { now: this.now }));
  }

  /** @param seconds of training so far. */
  wanted(seconds: number): boolean {
    return seconds - this.#lookedAt >= LOOK_EVERY;
  }

  async look(seconds: number): Promise<void> {
    this.#lookedAt = seconds;
    this.#looks.push(await referenceMilliseconds(this.device, { now: this.now, most: 1 }));
  }

  /** Milliseconds of one run of the reference workload. */
  get reference(): number {
    return median(this.#looks);
  }
}

async function openReference(device: Device, now: () => number): Promise<Reference> {
  const tensors = {
    first: { shape: [WIDTH, 2 * WIDTH], dtype: 'f32' },
    second: { shape: [2 * WIDTH, WIDTH], dtype: 'f32' },
  } as const;
  const session = await device.open({ tensors, graphs: { reference: referenceGraph() } });
  for (const name of Object.keys(tensors)) {
    session.write(name, filled(2 * WIDTH * WIDTH, device.info.precision));
  }
  // The first runs compile and warm; the last of them say how many fit.
  await timed(session, 1, now);
  await timed(session, 4, now);
  const each = (await timed(session, 4, now)) / 4;
  const fitting = Math.min(MOST_RUNS, Math.floor((1000 * SECONDS) / Math.max(each, 1e-3)));
  const pieces = Math.max(1, Math.min(PIECES, fitting));
  return { session, pieces, runs: Math.max(1, Math.floor(fitting / pieces)) };
}

async function timed(session: Session, runs: number, now: () => number): Promise<number> {
  const feed = { x: filled(ROWS * WIDTH, session.info.precision) };
  const feeds = new Array<typeof feed>(runs).fill(feed);
  const startedAt = now();
  await session.run('reference', feeds);
  return now() - startedAt;
}

function referenceGraph(): Graph {
  const b = new GraphBuilder();
  const x = b.input('x', [ROWS, WIDTH]);
  const inner = b.matmul(x, b.input('first', [WIDTH, 2 * WIDTH]));
  const active = b.emit('maximum', [inner, b.constant(0)]);
  const outer = b.matmul(active, b.input('second', [2 * WIDTH, WIDTH]));
  const normed = b.emit('rmsNorm', [b.add(x, outer)], { eps: 1e-5 });
  const out = b.sum(b.emit('softmax', [normed], {}), [0, 1]);
  return b.finish({ out });
}

function filled(size: number, precision: 'f32' | 'f64'): Float32Array | Float64Array {
  const values = Float32Array.from({ length: size }, (_, i) => ((i * 37) % 101) / 101 - 0.5);
  return precision === 'f64' ? Float64Array.from(values) : values;
}
