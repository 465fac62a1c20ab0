import { keyText } from '@odfmo/api-types'
import type { CacheReader, Logger, Metrics } from '@odfmo/controller-kit'
import { oversized, type HubKinds } from './kinds.ts'

export interface OversizedSecretsOptions {
  readonly metrics: Pick<Metrics, 'watchGauge'>
  readonly logger: Pick<Logger, 'warn'>
  readonly hub: HubKinds
  readonly cache: Pick<CacheReader, 'find' | 'onEvent'>
}

/**
 * Tells of hub secrets that are larger than any can be, which are kept without their content: by a gauge, and by a line in
 * the log for the first in each namespace. No condition would, where no MirrorPeer asks for them.
 */
export const watchOversizedSecrets = ({ metrics, logger, hub, cache }: OversizedSecretsOptions): void => {
  metrics.watchGauge(
    {
      name: 'odfmo_oversized_secrets',
      help: 'Hub secrets that are larger than any can be: their content is not looked at',
      labels: [],
    },
    () => [[{}, cache.find(hub.oversizedSecrets, oversized).length]],
  )
  const told = new Set<string>()
  cache.onEvent(({ of, key, object }) => {
    if (of !== hub.Secret) return
    const { namespace = '' } = key
    const bytes = (object as { readonly tooLarge?: number } | undefined)?.tooLarge
    if (bytes !== undefined && !told.has(namespace)) {
      told.add(namespace)
      logger.warn(
        { object: key, bytes },
        `secret ${keyText(key)} is larger than any hub secret can be: whoever writes in that namespace should be looked at; its content is not, nor is another such one there told of`,
      )
    }
    // Where the last one has gone, the next is news again.
    if (bytes === undefined && told.has(namespace) && !isLeft(hub, cache, namespace)) told.delete(namespace)
  })
}

const isLeft = (hub: HubKinds, cache: Pick<CacheReader, 'find'>, namespace: string): boolean =>
  cache
    .find(hub.oversizedSecrets, oversized, namespace)
    .some(({ metadata }) => metadata.namespace === namespace)
