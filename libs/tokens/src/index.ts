export type { RandomSource } from './random-source.js';

export { generateLicenseId, generateRotatedKey, hashLicenseKey, parseLicenseReference } from './license-key.js';
export type { LicenseReference } from './license-key.js';
export { checkApiKey, generateApiKey, hashApiKey, hintOf } from './api-key.js';
export type { ApiKeyKind } from './api-key.js';

export { loadPublicKey } from './public-key.js';
export type { KeyPurpose, VerificationKey } from './public-key.js';
export { exportSigningKey, generateSigningKey, importSigningKey } from './signing-key.js';
export type { SigningKey } from './signing-key.js';
export { keySetFromJwks, keySetOf, keySetToJwks } from './key-set.js';
export type { Jwks, KeySet, PublicJwk } from './key-set.js';
export { InvalidKeyError } from './invalid-key-error.js';

export { MAX_TOKEN_LENGTH } from './strict-reader.js';
export type { Refused, TokenRefusal, TokenRefusalCode, TokenRefusalReason } from './token-refusal.js';

export type { LicenseTokenClaims } from './license-token.js';
export { measureLicenseToken, signLicenseToken } from './sign-license-token.js';
export { verifyLicenseToken } from './verify-license-token.js';
export type { LicenseTokenExpectation, VerifiedLicenseToken } from './verify-license-token.js';

export { MAX_RECEIPT_BATCH } from './receipt-tree.js';
export { receiptTimes } from './receipt-payload.js';
export type { ReceiptPayload } from './receipt-payload.js';
export { createReceiptSigner, MAX_RECEIPT_PAYLOAD_BYTES } from './receipt-signer.js';
export type { ReceiptSigner } from './receipt-signer.js';
export { verifyReceipt } from './verify-receipt.js';
export type { ReceiptExpectation, VerifiedReceipt } from './verify-receipt.js';

export { deriveServiceKey, localKeyEncryptionKey } from './key-encryption-key.js';
export type { KeyEncryptionKey } from './key-encryption-key.js';
export { decryptSecret, encryptSecret, EnvelopeError } from './envelope-encryption.js';
export type { SecretContext } from './envelope-encryption.js';
