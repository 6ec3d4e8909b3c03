/** What a service's providers may inject by token. Each Nest application has its own values. */

/** ServiceContext<Config>: everything; what many ask for has a token of its own. */
export const SERVICE_CONTEXT = Symbol('SERVICE_CONTEXT');
/** Config & BaseConfig */
export const CONFIG = Symbol('CONFIG');
/** Database */
export const DATABASE = Symbol('DATABASE');
/** Clock */
export const CLOCK = Symbol('CLOCK');
/** pino's Logger */
export const LOGGER = Symbol('LOGGER');
