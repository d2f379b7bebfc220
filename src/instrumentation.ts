import { inspect } from 'node:util';
import { diag, type MeterProvider, metrics } from '@opentelemetry/api';
import type { Unregister } from './metrics/family.js';
import { createMetrics } from './metrics/index.js';
import { type ResolvedOptions, resolveOptions, type TcpConnectionsOptions } from './options.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from './version.js';

/**
 * Observes how many TCP connections the network namespace of this process holds, as observable gauges that read the
 * kernel's tables once each collection cycle.
 *
 * It has the members of OpenTelemetry's `Instrumentation` interface, so `registerInstrumentations` and `NodeSDK` take
 * it, and extends no base class: a metrics instrumentation patches no module. Without either,
 * `setMeterProvider(provider)` is all it takes.
 *
 * Where the operating system is not Linux it says so once through `diag` and observes nothing.
 */
export class TcpConnectionsInstrumentation {
  readonly instrumentationName = PACKAGE_NAME;
  readonly instrumentationVersion = PACKAGE_VERSION;

  readonly #diag = diag.createComponentLogger({ namespace: PACKAGE_NAME });
  readonly #register = createMetrics(this.#diag);
  #options: ResolvedOptions;
  #enabled = false;
  /** The one that was set; without it the global one counts. */
  #provider: MeterProvider | undefined;
  #observed: MeterProvider | undefined;
  #unregister: Unregister | undefined;
  #toldUnsupported = false;

  /** @throws {TypeError} that names every option that is wrong */
  constructor(options: TcpConnectionsOptions = {}) {
    this.#options = resolveOptions(options);
    if (this.#options.enabled) this.enable();
  }

  /**
   * Starts observing on the provider that was set, else on the global one. Calling it again changes nothing, unless
   * the global provider was set meanwhile: then it moves there.
   */
  enable(): void {
    this.#enabled = true;
    this.#observeOn(this.#provider ?? metrics.getMeterProvider());
  }

  /**
   * Stops observing and takes every callback off its meter. Calling it again changes nothing. A reader with cumulative
   * temporality goes on exporting the last values of what was observed before, as the SDK does for every gauge.
   */
  disable(): void {
    this.#enabled = false;
    this.#stopObserving();
  }

  /**
   * Moves to another provider; nothing stays behind on the one before. NodeSDK calls this twice, first with a provider
   * that does nothing.
   * @throws {TypeError} where it is no provider; the one before stays in force
   */
  setMeterProvider(provider: MeterProvider): void {
    if (typeof provider?.getMeter !== 'function') {
      throw new TypeError(`setMeterProvider takes a MeterProvider, not ${inspect(provider, { depth: 0 })}`);
    }
    this.#provider = provider;
    if (this.#enabled) this.#observeOn(provider);
  }

  /** Part of the interface; there are no traces here. */
  setTracerProvider(): void {}

  /**
   * Replaces the options, with defaults for what is absent. As in OpenTelemetry's own instrumentations `enabled` is only
   * kept, not acted on. For what is no longer observed the note on `disable` holds.
   * @throws {TypeError} that names every option that is wrong; the options before stay in force
   */
  setConfig(options: TcpConnectionsOptions): void {
    this.#options = resolveOptions(options);
    if (!this.#enabled) return;
    this.#stopObserving();
    this.enable();
  }

  /** The options in force, with defaults filled in. */
  getConfig(): ResolvedOptions {
    return this.#options;
  }

  #observeOn(provider: MeterProvider): void {
    if (provider === this.#observed) return;
    this.#stopObserving();
    if (process.platform !== 'linux') {
      if (!this.#toldUnsupported) {
        this.#diag.warn(
          `counting TCP connections needs Linux and its /proc; on ${process.platform} nothing is observed`,
        );
      }
      this.#toldUnsupported = true;
      return;
    }
    this.#unregister = this.#register(provider.getMeter(PACKAGE_NAME, PACKAGE_VERSION), this.#options);
    this.#observed = provider;
  }

  #stopObserving(): void {
    this.#unregister?.();
    this.#unregister = undefined;
    this.#observed = undefined;
  }
}
