/** What a service tells Prometheus: requests by route and outcome, how long they took, which versions are served. */
import type { Registry } from 'prom-client';
import type { BundleSlot } from './bundle-slot.js';
import type { loadServePackages } from './serve-packages.js';

type Prometheus = Awaited<ReturnType<typeof loadServePackages>>['prometheus'];

/** Seconds: from a fast answer to the limit of patience. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

export class ServiceMetrics {
  readonly registry: Registry;
  private readonly seconds;
  private readonly routes;

  constructor(
    { Registry, Histogram, Counter, Gauge, collectDefaultMetrics }: Prometheus,
    slots: readonly BundleSlot[],
  ) {
    const registers = [new Registry()];
    this.registry = registers[0];
    collectDefaultMetrics({ register: this.registry });
    this.seconds = new Histogram({
      name: 'twinlight_request_seconds',
      help: 'Time from a request to its answer',
      labelNames: ['endpoint', 'status'] as const,
      buckets: BUCKETS,
      registers,
    });
    this.routes = new Counter({
      name: 'twinlight_answers_total',
      help: 'Recommendations by the way they came: hot, warm, cold, vector',
      labelNames: ['bundle', 'route'] as const,
      registers,
    });
    const ofSlots = (name: string, help: string, measure: (slot: BundleSlot) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['bundle'] as const,
        registers,
        collect() {
          for (const slot of slots) this.set({ bundle: slot.name }, measure(slot));
        },
      });
    ofSlots('twinlight_bundle_opened_timestamp_seconds', 'When the served edition was opened', (slot) =>
      Math.round(slot.current.openedAt.getTime() / 1000),
    );
    ofSlots('twinlight_bundle_items', 'Items of the served edition', (slot) => slot.current.bundle.items.size);
    ofSlots(
      'twinlight_bundle_index_recall',
      'Recall of its index over a sample, when it was opened',
      (slot) => slot.current.recall,
    );
    ofSlots('twinlight_bundle_reloads', 'Editions taken into service since the start', (slot) => slot.reloads);
    ofSlots('twinlight_bundle_refusals', 'Editions refused since the start', (slot) => slot.refusals);
    ofSlots(
      'twinlight_batches_pending',
      'Batches that wait or are being answered',
      (slot) => slot.current.thread?.pending ?? 0,
    );
  }

  /** @param endpoint as declared, never a path from outside */
  answered(endpoint: string, status: number, seconds: number): void {
    this.seconds.observe({ endpoint, status }, seconds);
  }

  recommended(bundle: string, route: string): void {
    this.routes.inc({ bundle, route });
  }
}
