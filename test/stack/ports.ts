/** Free in every namespace of the tests: above the holders' listeners and below the ephemeral ports. */
export const COLLECTOR_OTLP_PORT = 1801;
export const COLLECTOR_OTLP_GRPC_PORT = 1802;
export const COLLECTOR_HEALTH_PORT = 1803;
export const PROMETHEUS_PORT = 1804;
export const DASHBOARD_PORT = 1820;
/** Of the first one; others follow. */
export const NODE_EXPORTER_PORT = 1805;
