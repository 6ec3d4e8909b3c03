import type { LicenseState, Plan } from '@leasehold/licensing';
import type { Scope } from '@leasehold/contracts';
import type { Type } from '@nestjs/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What management lists read. Written by appends only; see `management-tables.ts`. */

const AT = { type: 'timestamptz', precision: 3 } as const;

@Entity('tenant')
export class TenantEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly name!: string;
  @Column({ ...AT, name: 'created_at' }) readonly createdAt!: Date;
}

@Entity('api_key')
export class ApiKeyEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text', { name: 'tenant_id' }) readonly tenantId!: string;
  @Column('text') readonly name!: string;
  @Column('text') readonly kind!: 'secret' | 'publishable' | 'operator';
  @Column('text') readonly hash!: string;
  @Column('text') readonly hint!: string;
  @Column('json') readonly scopes!: readonly Scope[];
  @Column('json', { nullable: true }) readonly rate!: { readonly perSecond: number; readonly burst: number } | null;
  @Column({ ...AT, name: 'created_at' }) readonly createdAt!: Date;
}

@Entity('product')
export class ProductEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text', { name: 'tenant_id' }) readonly tenantId!: string;
  @Column('text') readonly name!: string;
  @Column({ ...AT, name: 'created_at' }) readonly createdAt!: Date;
}

@Entity('plan')
export class PlanEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text', { name: 'tenant_id' }) readonly tenantId!: string;
  @Column('text', { name: 'product_id' }) readonly productId!: string;
  @Column('json') readonly state!: Plan;
  @Column({ ...AT, name: 'created_at' }) readonly createdAt!: Date;
}

@Entity('signing_key')
export class SigningKeyEntity {
  @PrimaryColumn('text', { name: 'kid' }) readonly id!: string;
  @Column('text', { name: 'tenant_id' }) readonly tenantId!: string;
  @Column('text') readonly purpose!: 'license' | 'receipt';
  @Column('text') readonly status!: 'pending' | 'active' | 'retiring' | 'retired';
  @Column('text') readonly x!: string;
  @Column('text') readonly ciphertext!: string;
  @Column('integer') readonly version!: number;
  @Column({ ...AT, name: 'created_at' }) readonly createdAt!: Date;
  @Column({ ...AT, name: 'activates_at' }) readonly activatesAt!: Date;
  @Column({ ...AT, name: 'retires_at', nullable: true }) readonly retiresAt!: Date | null;
}

@Entity('license')
export class LicenseEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text', { name: 'tenant_id' }) readonly tenantId!: string;
  @Column('text', { name: 'product_id' }) readonly productId!: string;
  @Column('text', { name: 'plan_id' }) readonly planId!: string;
  @Column('text', { name: 'customer_reference', nullable: true }) readonly customerReference!: string | null;
  @Column('boolean') readonly trial!: boolean;
  @Column('boolean') readonly suspended!: boolean;
  @Column('boolean') readonly cancelled!: boolean;
  @Column('boolean') readonly revoked!: boolean;
  @Column({ ...AT, name: 'grace_ends_at', nullable: true }) readonly graceEndsAt!: Date | null;
  @Column('json') readonly state!: Extract<LicenseState, { status: 'issued' }>;
  @Column({ ...AT, name: 'created_at' }) readonly createdAt!: Date;
}

@Entity('license_private')
export class LicensePrivateEntity {
  @PrimaryColumn('text', { name: 'license_id' }) readonly id!: string;
  @Column('text', { nullable: true }) readonly email!: string | null;
  @Column('json', { nullable: true }) readonly metadata!: Readonly<Record<string, string | number | boolean>> | null;
  @Column('text', { name: 'key_ciphertext', nullable: true }) readonly keyCiphertext!: string | null;
}

export const ENTITIES: readonly Type[] = [
  TenantEntity,
  ApiKeyEntity,
  ProductEntity,
  PlanEntity,
  SigningKeyEntity,
  LicenseEntity,
  LicensePrivateEntity,
];
