import { rookHandler } from './handlers/rook-handler.ts'
import { s3Handler } from './handlers/s3-handler.ts'
import type { SecretExchangeHandler } from './secret-exchange-handler.ts'

/** The registry: every kind of secret that is exchanged. A third one is added here and nowhere else. */
export const handlers: readonly SecretExchangeHandler[] = [s3Handler, rookHandler]
