import probe from './subgroups.wgsl?raw';

const THREADS = [64, 256] as const;
const GROUPS = 4;

/**
 * How many threads of consecutive numbers, from a multiple of that on, run in step as a subgroup or part of
 * one: a power of two, or 1 where there are no subgroups or they are made up otherwise, which WGSL leaves open.
 * So it is asked: a kernel of each usual size of workgroup tells what it is.
 */
export async function neighboursInStep(device: GPUDevice): Promise<number> {
  const { subgroupMinSize: least = 1 } = device.adapterInfo;
  if (!device.features.has('subgroups') || least < 2) return 1;
  for (const threads of THREADS) {
    device.pushErrorScope('validation');
    const asked = placesOf(device, threads).catch(() => null);
    const trouble = await device.popErrorScope();
    const places = await asked;
    if (trouble || !places) return 1;
    for (let i = 0; i < places.length / 2; i++) {
      const [place, size] = [places[2 * i]!, places[2 * i + 1]!];
      if (size < least || size % least !== 0 || place !== (i % threads) % size) return 1;
    }
  }
  return least;
}

async function placesOf(device: GPUDevice, threads: number): Promise<Uint32Array> {
  const module = device.createShaderModule({ code: probe, label: 'subgroups' });
  const pipeline = device.createComputePipeline({
    label: 'subgroups',
    layout: 'auto',
    compute: { module, entryPoint: 'main', constants: { threads } },
  });
  const size = GROUPS * threads * 8;
  const written = device.createBuffer({
    size,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({
    size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const layout = pipeline.getBindGroupLayout(0);
  const entries = [{ binding: 0, resource: { buffer: written } }];
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
  pass.dispatchWorkgroups(GROUPS);
  pass.end();
  encoder.copyBufferToBuffer(written, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const places = new Uint32Array(staging.getMappedRange().slice(0));
  written.destroy();
  staging.destroy();
  return places;
}
