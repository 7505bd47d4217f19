import { stridesOf } from '../../graph/shapes';
import { sizeOf } from '../../graph/types';
import { bitsToUniform, threefry2x32 } from '../../random/threefry';
import { attrInts, attrNumber, attrString, type OpDefinition } from '../op';

type Reference = OpDefinition['reference'];

/** A device binds inputs to their storage by name; there is nothing to compute. */
export const inputCpu: Reference = (node) => {
  throw new Error(`input ${attrString(node.attrs, 'name')} was never bound to its tensor`);
};

export const constantCpu: Reference = (node, _, out) => {
  out[0] = attrNumber(node.attrs, 'value');
};

export const iotaCpu: Reference = (node, _, out) => {
  const shape = attrInts(node.attrs, 'shape');
  const axis = attrNumber(node.attrs, 'axis');
  const stride = stridesOf(shape)[axis]!;
  for (let i = 0; i < out.length; i++) out[i] = Math.floor(i / stride) % shape[axis]!;
};

/** Element i is `uniformAt(seed, stream, i)`; two neighbours share one evaluation. */
export const randomUniformCpu: Reference = (node, [seed], out) => {
  const key = seed!.data[0]!;
  const stream = attrNumber(node.attrs, 'stream');
  const size = sizeOf(node.shape);
  for (let i = 0; i < size; i += 2) {
    const [even, odd] = threefry2x32(key, stream, i >>> 1, 0);
    out[i] = bitsToUniform(even);
    if (i + 1 < size) out[i + 1] = bitsToUniform(odd);
  }
};
