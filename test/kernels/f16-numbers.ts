import type { Device } from '../../src/kernels/devices/device';
import { GraphBuilder } from '../../src/kernels/graph/builder';

/** The numbers of float16 from 0 to 65504, by their 16 bits, and what would come next. */
const STEPS = Float64Array.from({ length: 0x7c01 }, (_, bits) => {
  const exponent = bits >> 10;
  const fraction = bits & 0x3ff;
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
});

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The float32 that lies `count` steps further from 0 than a positive one. */
function neighbour(x: number, count: number): number {
  float[0] = x;
  word[0]! += count;
  return float[0]!;
}

/** Every number of float16, the middle of every two, and the float32 on each side of it, of both signs. */
export function f16Cases(): { x: Float32Array; rounded: Float32Array } {
  const x: number[] = [NaN, Infinity, 3e38];
  const rounded: number[] = [NaN, Infinity, Infinity];
  for (let bits = 0; bits < 0x7c00; bits++) {
    const low = STEPS[bits]!;
    const high = bits === 0x7bff ? Infinity : STEPS[bits + 1]!;
    const middle = (low + STEPS[bits + 1]!) / 2;
    x.push(low, neighbour(middle, -1), middle, neighbour(middle, 1));
    rounded.push(low, low, bits % 2 === 0 ? low : high, high);
  }
  return {
    x: Float32Array.from([...x, ...x.map((value) => -value)]),
    rounded: Float32Array.from([...rounded, ...rounded.map((value) => -value)]),
  };
}

/** The first number that a device rounds otherwise, in words; null where there is none. */
export async function firstWrongRounding(device: Device): Promise<string | null> {
  const { x, rounded } = f16Cases();
  const b = new GraphBuilder();
  const graph = b.finish({ y: b.emit('roundF16', [b.input('x', [x.length])]) });
  const session = await device.open({ tensors: {}, graphs: { graph } });
  try {
    const [out] = await session.run('graph', [{ x }]);
    const at = rounded.findIndex((right, i) => !Object.is(right, out!.y![i]));
    return at < 0 ? null : `${x[at]} became ${out!.y![at]}, not ${rounded[at]}`;
  } finally {
    session.close();
  }
}
