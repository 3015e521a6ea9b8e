/**
 * WebGPU reports what went wrong on the device by an event, later, and goes on: results are then zeros. Here the first
 * report is kept, and everything that touches the device afterwards throws it; a read waits for the reports of all work
 * before it.
 */
import { TwinlightError } from '../../core/errors.js';
import type { GpuDevice } from './binding.js';

export class DeviceErrors {
  private first: TwinlightError | undefined;

  constructor(private readonly device: GpuDevice) {
    device.addEventListener('uncapturederror', (event) => this.report(event.error.message));
    // `destroyed`: by us, at the end
    void device.lost.then(({ reason, message }) => {
      if (reason !== 'destroyed') this.report(`the device was lost: ${message}`);
    });
  }

  /** @throws TwinlightError `BACKEND_DEVICE`, again and again once something was reported */
  check(): void {
    if (this.first) throw this.first;
  }

  /** The same after everything submitted so far is done. */
  async settle(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
    // events are delivered by the turn of the event loop after
    await new Promise((resume) => setImmediate(resume));
    this.check();
  }

  /** Forgets what was reported; for tests. */
  clear(): void {
    this.first = undefined;
  }

  private report(message: string): void {
    this.first ??= new TwinlightError(
      'BACKEND_DEVICE',
      `backend "webgpu": ${message.trim()}. Results since then are not to be trusted; start again, on another backend ` +
        'if it comes back',
    );
  }
}
