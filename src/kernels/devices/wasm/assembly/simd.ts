/** a * b + c; in one rounding where relaxed SIMD is there. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<f32>(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

export function maxLanes(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/**
 * Where the share of one thread begins: work of `count` items is dealt out in runs of `grain`, and thread
 * `part` of `parts` does those from shareOf(part) up to shareOf(part + 1).
 */
export function shareOf(count: i32, grain: i32, part: i32, parts: i32): i32 {
  const runs = (count + grain - 1) / grain;
  return min(count, <i32>((<i64>runs * part) / parts) * grain);
}
