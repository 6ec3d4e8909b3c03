/** What a service's providers may inject by token. Each Nest application has its own values. */

/** ServiceContext<Config>: everything at once. */
export const SERVICE_CONTEXT = Symbol('SERVICE_CONTEXT');
/** Config & BaseConfig */
export const CONFIG = Symbol('CONFIG');
/** Database */
export const DATABASE = Symbol('DATABASE');
/** EventLog of @leasehold/messaging */
export const EVENT_LOG = Symbol('EVENT_LOG');
/** Clock */
export const CLOCK = Symbol('CLOCK');
/** RandomSource */
export const RANDOM = Symbol('RANDOM');
/** pino's Logger */
export const LOGGER = Symbol('LOGGER');
/** prom-client's Registry */
export const METRICS = Symbol('METRICS');
