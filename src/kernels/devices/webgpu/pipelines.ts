import { ShaderError } from '../errors';

/** What decides a launch's layout: how many tensors it reads and writes, and whether it has numbers. */
export interface BindingCounts {
  readonly reads: number;
  readonly writes: number;
  readonly numbers: boolean;
}

export interface BuiltPipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/**
 * Every pipeline of a device, by content: layers that differ only in their weights, and programs that
 * differ only in their numbers, share one. Built asynchronously, so many compile side by side.
 */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #pipelines = new Map<string, Promise<BuiltPipeline>>();
  /** Pipelines compiled so far, for benches: asking again for a known one does not count. */
  built = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Rejects with ShaderError when the module does not compile or does not fit its bindings. */
  get(wgsl: string, counts: BindingCounts, label: string): Promise<BuiltPipeline> {
    const key = `${layoutKey(counts)}\n${wgsl}`;
    let found = this.#pipelines.get(key);
    if (!found) {
      this.built++;
      found = this.#build(wgsl, counts, label);
      this.#pipelines.set(key, found);
      found.catch(() => this.#pipelines.delete(key));
    }
    return found;
  }

  async #build(wgsl: string, counts: BindingCounts, label: string): Promise<BuiltPipeline> {
    const device = this.#device;
    const layout = this.#layout(counts);
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: withFeatures(wgsl), label });
    const scope = device.popErrorScope();
    const built = device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    });
    try {
      const [pipeline, error] = await Promise.all([built, scope]);
      if (error) throw error;
      return { pipeline, layout };
    } catch (error) {
      throw await shaderError(module, wgsl, label, error);
    }
  }

  #layout(counts: BindingCounts): GPUBindGroupLayout {
    const key = layoutKey(counts);
    let layout = this.#layouts.get(key);
    if (!layout) {
      const types: GPUBufferBindingType[] = [
        ...Array<GPUBufferBindingType>(counts.reads).fill('read-only-storage'),
        ...Array<GPUBufferBindingType>(counts.writes).fill('storage'),
        ...(counts.numbers ? (['uniform'] as const) : []),
      ];
      layout = this.#device.createBindGroupLayout({
        label: key,
        entries: types.map((type, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type },
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

/** What a module may use beyond what every device has, and what then stands before it. */
const FEATURES: readonly (readonly [uses: RegExp, lines: readonly string[]])[] = [
  [/\b(?:f16|vec[234]h)\b/, ['enable f16;']],
  // Kernels hand numbers around only where whole subgroups are at work, which the compiler cannot know.
  [/\b(?:subgroup|quad)[A-Z]\w*\(/, ['enable subgroups;', 'diagnostic(off, subgroup_uniformity);']],
  [
    /\bsubgroup_matrix_/,
    [
      'enable chromium_experimental_subgroup_matrix;',
      'diagnostic(off, chromium.subgroup_matrix_uniformity);',
    ],
  ],
];

/** The module with what it uses asked for. */
export function withFeatures(wgsl: string): string {
  const lines = FEATURES.flatMap(([uses, asked]) => (uses.test(wgsl) ? asked : []));
  // Every "enable" stands before anything else.
  return [...lines.sort((x, y) => y.indexOf('enable') - x.indexOf('enable')), wgsl].join('\n');
}

function layoutKey({ reads, writes, numbers }: BindingCounts): string {
  return `${reads} read, ${writes} written${numbers ? ', numbers' : ''}`;
}

async function shaderError(
  module: GPUShaderModule,
  wgsl: string,
  label: string,
  cause: unknown,
): Promise<ShaderError> {
  const { messages } = await module.getCompilationInfo().catch(() => ({ messages: [] }));
  const log =
    messages.map((m) => `${m.lineNum}:${m.linePos} ${m.type}: ${m.message}`).join('\n') ||
    (cause instanceof Error ? cause.message : ((cause as GPUError).message ?? String(cause)));
  const source = withFeatures(wgsl)
    .split('\n')
    .map((line, i) => `${String(i + 1).padStart(4)} | ${line}`)
    .join('\n');
  return new ShaderError(`The shader of ${label} did not compile: ${log}`, log, source);
}
