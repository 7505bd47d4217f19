import {
  type Kernel,
  type Lowering,
  type LoweringContext,
  MAX_WORKGROUPS,
  specialize,
  spread,
} from '../../devices/webgpu/kernel';
import type { Lowerings } from '../../devices/webgpu/lowerings';
import { BYTES_PER_ELEMENT, sizeOf } from '../../graph/types';
import type { Binding } from '../../plan/binding';
import commonWgsl from './attention.common.wgsl?raw';
import fourWgsl from './attention.four.wgsl?raw';
import quadsWgsl from './attention.quads.wgsl?raw';
import registersWgsl from './attention.registers.wgsl?raw';
import sixteenWgsl from './attention.sixteen.wgsl?raw';
import tiledWgsl from './attention.tiled.wgsl?raw';
import tilesWgsl from './attention.tiles.wgsl?raw';
import gradTilesWgsl from './attention-grad.tiles.wgsl?raw';
import gradKvQuadsWgsl from './attention-grad-kv.quads.wgsl?raw';
import gradKvRegistersWgsl from './attention-grad-kv.registers.wgsl?raw';
import gradKvTiledWgsl from './attention-grad-kv.tiled.wgsl?raw';
import gradQQuadsWgsl from './attention-grad-q.quads.wgsl?raw';
import gradQRegistersWgsl from './attention-grad-q.registers.wgsl?raw';
import gradQTiledWgsl from './attention-grad-q.tiled.wgsl?raw';
import { attentionSettings } from './attention-settings';
import { attentionShape } from './attention-shape';

/**
 * The ways of one kernel: in workgroup memory; where that is slow, in each thread's registers; and there, where
 * four threads run in step, in the registers of all four.
 */
interface Ways {
  readonly tiled: readonly string[];
  readonly registers: readonly string[];
  readonly quads: readonly string[];
  /** Whose heads and positions the work is shared out by. */
  readonly over: 'queries' | 'keys';
}

const FORWARD: Ways = {
  tiled: [commonWgsl, tilesWgsl, tiledWgsl],
  registers: [commonWgsl, fourWgsl, registersWgsl],
  quads: [commonWgsl, sixteenWgsl, quadsWgsl],
  over: 'queries',
};
const GRAD_Q: Ways = {
  tiled: [commonWgsl, tilesWgsl, gradTilesWgsl, gradQTiledWgsl],
  registers: [commonWgsl, fourWgsl, gradQRegistersWgsl],
  quads: [commonWgsl, sixteenWgsl, gradQQuadsWgsl],
  over: 'queries',
};
const GRAD_KV: Ways = {
  tiled: [commonWgsl, tilesWgsl, gradTilesWgsl, gradKvTiledWgsl],
  registers: [commonWgsl, fourWgsl, gradKvRegistersWgsl],
  quads: [commonWgsl, sixteenWgsl, gradKvQuadsWgsl],
  over: 'keys',
};

/** The widest head whose numbers are variables of a thread: more of them would compile for seconds. */
const MOST_VARIABLES = 64;

/** `attention`, which computes the lse of its queries on the way. */
const attention: Lowering = (context) => {
  const { id, node, sibling } = context;
  return [
    kernel(context, FORWARD, node.inputs, [id, sibling('attentionLse') ?? unwanted(context)]),
  ];
};

/** Where nothing wants the attention itself: any values will do, so the keys stand in for them. */
const attentionLse: Lowering = (context) => {
  const { id, node } = context;
  const [q, k] = node.inputs as [number, number];
  return [kernel(context, FORWARD, [q, k, k], [unwanted(context), id])];
};

const attentionGradQ: Lowering = (context) => [
  kernel(context, GRAD_Q, context.node.inputs, [context.id]),
];

const attentionGradK: Lowering = (context) => {
  const { id, node, sibling } = context;
  const dv = sibling('attentionGradV') ?? unwanted(context);
  return [kernel(context, GRAD_KV, node.inputs, [id, dv])];
};

const attentionGradV: Lowering = (context) => {
  const { id, node, sibling } = context;
  const dk = sibling('attentionGradK') ?? unwanted(context);
  return [kernel(context, GRAD_KV, node.inputs, [dk, id])];
};

/** Room for a result that the kernel computes on the way and nobody reads, large enough for any of them. */
function unwanted({ node, nodeOf }: LoweringContext): Binding {
  const elements = sizeOf(nodeOf(node.inputs[0]!).shape);
  return { temporary: 'unwanted', bytes: elements * BYTES_PER_ELEMENT };
}

function kernel(
  { node, nodeOf, software, quads = false }: LoweringContext,
  ways: Ways,
  reads: Kernel['reads'],
  writes: Kernel['writes'],
): Kernel {
  const [q, k] = node.inputs as [number, number];
  const shape = attentionShape(nodeOf(q).shape, nodeOf(k).shape);
  const { B, T, H, G, D } = shape;
  const { causal, window, scale, softcap, alibi } = attentionSettings(node.attrs);
  const sequences = B * (ways.over === 'keys' ? G : H);
  const sizes = {
    ...shape,
    CAUSAL: causal,
    WINDOW: Math.min(window, T),
    SOFTCAP: softcap > 0,
    ALIBI: alibi,
    MAX_WORKGROUPS,
  };
  const common = {
    label: `${node.op} ${[B, T, H, D].join('x')}`,
    numbers: [scale, softcap],
    reads,
    writes,
  };
  const threads = 16;
  if (software && quads && D <= MOST_VARIABLES) {
    const texts = ways.quads.map((text) => writtenOut(text, D));
    return {
      ...common,
      wgsl: specialize(texts, { ...sizes, THREADS: threads }),
      workgroups: spread(Math.ceil((sequences * Math.ceil(T / 16) * 4) / threads)),
    };
  }
  if (software) {
    return {
      ...common,
      wgsl: specialize(ways.registers, { ...sizes, THREADS: threads }),
      workgroups: spread(Math.ceil((sequences * Math.ceil(T / 4)) / threads)),
    };
  }
  return {
    ...common,
    wgsl: specialize(ways.tiled, sizes),
    workgroups: spread(sequences * Math.ceil(T / 32)),
  };
}

/** Copies what stands between "each d" and "end", for d from 0 to D - 1. */
function writtenOut(wgsl: string, D: number): string {
  return wgsl.replace(/\/\*each d\*\/([\s\S]*?)\/\*end\*\//g, (_, text: string) =>
    Array.from({ length: D }, (_, d) => text.replaceAll('{d}', `${d}`)).join(''),
  );
}

export const attentionLowerings: Lowerings = {
  attention,
  attentionLse,
  attentionGradQ,
  attentionGradK,
  attentionGradV,
};
