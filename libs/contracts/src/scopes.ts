const RESOURCES = [
  'products',
  'plans',
  'licenses',
  'api-keys',
  'signing-keys',
  'webhooks',
  'usage',
  'anomalies',
  'audit',
] as const;

/** What a secret key may do: `<resource>:read` or `<resource>:write`. Write does not imply read. */
export type Scope = `${(typeof RESOURCES)[number]}:${'read' | 'write'}`;

export const SCOPES: readonly Scope[] = RESOURCES.flatMap((resource): Scope[] => [
  `${resource}:read`,
  `${resource}:write`,
]);
