/** The five services, by the names their schemas, roles, metrics and logs carry. */
export const SERVICES = ['issuance', 'validation', 'metering', 'anomaly', 'webhooks'] as const;
export type ServiceName = (typeof SERVICES)[number];
