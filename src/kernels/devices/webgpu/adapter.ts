import type { DeviceInfo } from '../device';
import { DeviceLostError, NoDeviceError } from '../errors';

/** An adapter's device, and what the planner and the session have to know about it. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly info: DeviceInfo;
  /** All that the adapter says of itself, by which one is known from another. */
  readonly adapter: string;
  /** The matrices that its subgroups can multiply, where the device may use that. */
  readonly matrices?: readonly SubgroupMatrixConfig[];
  /** Resolves when the device is gone, never rejects. */
  readonly lost: Promise<DeviceLostError>;
}

/** One kind of matrices, as `GPUAdapterInfo.subgroupMatrixConfigs` has it: M x K by K x N. */
export interface SubgroupMatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

export interface GpuOptions {
  readonly powerPreference?: GPUPowerPreference;
  /** Asks for the software adapter even where there is a real GPU. */
  readonly forceFallbackAdapter?: boolean;
}

/** Limits worth more than WebGPU's defaults: they decide how much fits into one launch or one buffer. */
const RAISED_LIMITS = [
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Dawn's own, where a browser or terminal lets experiments in. */
const MATRICES = 'chromium-experimental-subgroup-matrix' as GPUFeatureName;

/** Asked for wherever they exist, so that a kernel may use them; none is needed. */
const WANTED_FEATURES = ['timestamp-query', 'subgroups', 'shader-f16', MATRICES] as const;

/**
 * The best adapter's device, with its limits raised to all that the adapter offers.
 * Throws NoDeviceError, in words for a person, when there is none.
 */
export async function requestGpu(
  gpu: GPU | undefined = globalGpu(),
  options: GpuOptions = {},
): Promise<Gpu> {
  if (!gpu) throw new NoDeviceError('This browser or terminal has no WebGPU.');
  const adapter = await gpu.requestAdapter({
    powerPreference: options.powerPreference ?? 'high-performance',
    ...(options.forceFallbackAdapter ? { forceFallbackAdapter: true } : {}),
  });
  if (!adapter) {
    throw new NoDeviceError(
      'WebGPU is here, but it found no graphics adapter: no GPU, no driver, or a GPU that is blocked.',
    );
  }
  const device = await adapter
    .requestDevice({
      requiredLimits: Object.fromEntries(RAISED_LIMITS.map((name) => [name, adapter.limits[name]])),
      requiredFeatures: WANTED_FEATURES.filter((name) => adapter.features.has(name)),
    })
    .catch((error: Error) => {
      throw new NoDeviceError(`The graphics adapter gave no device: ${error.message}`);
    });
  const lost = device.lost.then(
    ({ reason, message }) =>
      new DeviceLostError(
        reason === 'destroyed'
          ? 'The GPU device was closed.'
          : `The GPU was lost (${message || 'its driver gave no reason'}). The work in flight is void.`,
      ),
  );
  const { vendor, architecture, device: model, description } = adapter.info;
  const said = [vendor, architecture, model, description].join(' ');
  const matrices = device.features.has(MATRICES) ? matricesOf(adapter.info) : [];
  return { device, info: describeAdapter(adapter.info), adapter: said, matrices, lost };
}

/** The browser's own WebGPU, in a page or a worker. A terminal brings one with it (see node.ts). */
export function globalGpu(): GPU | undefined {
  return typeof navigator === 'undefined' ? undefined : navigator.gpu;
}

/**
 * Whether threads run four by four, as a subgroup of neighbours. Only believed of an adapter in software, where
 * a subgroup is a vector of the CPU, filled in order.
 */
export function hasQuads(device: GPUDevice): boolean {
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  return (
    describeAdapter(device.adapterInfo).software &&
    device.features.has('subgroups') &&
    subgroupMinSize === 4 &&
    subgroupMaxSize === 4
  );
}

/** As plain numbers: the adapter's own list does not outlive the adapter everywhere. */
function matricesOf(info: GPUAdapterInfo): SubgroupMatrixConfig[] {
  const { subgroupMatrixConfigs = [] } = info as {
    subgroupMatrixConfigs?: Iterable<SubgroupMatrixConfig>;
  };
  return Array.from(subgroupMatrixConfigs, ({ componentType, resultComponentType, M, N, K }) => ({
    componentType,
    resultComponentType,
    M,
    N,
    K,
  }));
}

function describeAdapter(info: Partial<GPUAdapterInfo> = {}): DeviceInfo {
  const said = [info.description, info.device, info.architecture, info.vendor].filter(Boolean);
  const software =
    info.isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i.test(`${said}`);
  const name = said[0] ?? 'unnamed GPU';
  return {
    kind: 'webgpu',
    name: `webgpu (${name}${software ? ', software' : ''})`,
    software,
    precision: 'f32',
  };
}
