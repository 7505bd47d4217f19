import type { Gpu } from './adapter';

/** How long a failed call waits to hear whether the GPU was lost, which would be the better explanation. */
const PATIENCE_MS = 200;

/**
 * Whether a device can still be trusted. Once it is lost, or the driver has refused a command, every
 * result after that is void, and every call says so.
 */
export class Health {
  #fault: Error | null = null;
  readonly #watchers = new Set<(fault: Error) => void>();

  constructor({ device, lost }: Gpu) {
    lost.then((error) => {
      this.#fault = error;
      this.#tell(error);
    });
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      this.#fault ??= new Error(`The GPU refused a command: ${event.error.message}`);
      this.#tell(this.#fault);
    });
  }

  /** Throws what is wrong with the device, if anything is. */
  check(): void {
    if (this.#fault) throw this.#fault;
  }

  /** Waits for work on the device. Where it fails, or the device does meanwhile, throws the reason. */
  during<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#watchers.add(reject);
      const finish = () => this.#watchers.delete(reject);
      work.then(
        (value) => {
          finish();
          if (this.#fault) reject(this.#fault);
          else resolve(value);
        },
        (error) => {
          setTimeout(() => {
            finish();
            reject(this.#fault ?? error);
          }, PATIENCE_MS);
        },
      );
    });
  }

  #tell(fault: Error): void {
    for (const reject of this.#watchers) reject(fault);
    this.#watchers.clear();
  }
}
