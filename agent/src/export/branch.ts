import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

/**
 * Somewhere that collection cycles go. Each branch has its own bounded queue and tells its own state; none can hold up
 * the collection or another branch.
 */
export interface ExportBranch {
  /** Takes one cycle. Returns at once and never throws. */
  accept(cycle: ResourceMetrics): void;
  /** Gets rid of what is still waiting; settles within about `timeoutMillis`, whatever happens. */
  drain(timeoutMillis: number): Promise<void>;
}
