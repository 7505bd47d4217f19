import type { Attrs } from '../../graph/types';
import type { HostTensor, NumericArray } from '../op';
import {
  type AttentionSettings,
  alibiSlope,
  attentionSettings,
  keysSeen,
} from './attention-settings';
import { type AttentionShape, attentionShape, keyHead } from './attention-shape';

/** One query, (b, i, h), with its scores against the keys it sees. Reused from query to query. */
export interface QueryRow {
  readonly b: number;
  readonly i: number;
  readonly h: number;
  /** The head of keys and values that it reads. */
  readonly g: number;
  /** The keys it sees, `last` included. */
  readonly first: number;
  readonly last: number;
  /** [T]: the score of key j, for j in first..last. */
  readonly score: Float64Array;
  /** [T]: d(score) / d(q . k) of key j. */
  readonly growth: Float64Array;
}

/** Visits every query of q [B, T, H, D] with its scores against k [B, T, G, D]. */
export function forEachQuery(
  q: HostTensor,
  k: HostTensor,
  attrs: Attrs,
  visit: (row: QueryRow) => void,
): void {
  const settings = attentionSettings(attrs);
  const shape = attentionShape(q.shape, k.shape);
  const { B, T, H } = shape;
  const score = new Float64Array(T);
  const growth = new Float64Array(T);
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < T; i++) {
      for (let h = 0; h < H; h++) {
        const g = keyHead(shape, h);
        const row: QueryRow = { b, i, h, g, ...keysSeen(settings, i, T), score, growth };
        scoreKeys(row, q.data, k.data, shape, settings);
        visit(row);
      }
    }
  }
}

function scoreKeys(
  { b, i, h, g, first, last, score, growth }: QueryRow,
  q: NumericArray, // [B, T, H, D]
  k: NumericArray, // [B, T, G, D]
  { T, H, G, D }: AttentionShape,
  settings: AttentionSettings,
): void {
  const { scale, softcap } = settings;
  const slope = alibiSlope(settings, h, H);
  const qAt = ((b * T + i) * H + h) * D;
  for (let j = first; j <= last; j++) {
    const kAt = ((b * T + j) * G + g) * D;
    let dot = 0;
    for (let d = 0; d < D; d++) dot += q[qAt + d]! * k[kAt + d]!;
    let s = scale * dot;
    growth[j] = scale;
    if (softcap > 0) {
      const bent = Math.tanh(s / softcap);
      s = softcap * bent;
      growth[j] = scale * (1 - bent * bent);
    }
    score[j] = s - slope * Math.abs(i - j);
  }
}
