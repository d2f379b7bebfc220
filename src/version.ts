/** The name and version of this package, as its instrumentation scope reports them. A test holds them to package.json. */
export const PACKAGE_NAME = 'opentelemetry-instrumentation-tcp-connections';
export const PACKAGE_VERSION = '0.1.0';
